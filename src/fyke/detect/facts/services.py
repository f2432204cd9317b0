"""Domains of the services that send other people's mail: their machines are numbered, and name their messages."""

from __future__ import annotations

from fyke.mail.domains import registered

SERVICES = frozenset(
    """
    sendgrid.net mailgun.net mailgun.org amazonses.com mcsv.net mcdlv.net rsgsv.net mandrillapp.com mailchimpapp.net
    sparkpostmail.com smtp.com mtasv.net pstmrk.it postmarkapp.com mailjet.com hubspotemail.net hubspot.com
    ccsend.com constantcontact.com roving.com exacttarget.com salesforce.com eloqua.com en25.com sendinblue.com
    mailin.fr brevo.com klaviyomail.com klaviyo.com responsys.net emarsys.net emsmtp.com emsmtp.us mktomail.com
    marketo.org customeriomail.com customer.io braze.com bluehornet.com cheetahmail.com chtah.net chtah.com
    e-dialog.com epsl1.com bigfootinteractive.com zetaglobal.net rp-mail.com sailthru.com silverpop.com mkt41.net
    mailerlite.com mlsend.com aweber.com getresponse.com getresponse-mail.com acems1.com acemsrvc.com
    activehosted.com infusionmail.com keap.com convertkit.com convertkit-mail.com beehiiv.com substack.com musvc.com
    mailup.com contactlab.it inxmail.com inxserver.de optivo.net episerver.net newsletter2go.com cleverreach.com
    crsend.com rapidmail.de emailsys.net agnitas.de ecircle.com mapp.com mailkit.eu unisender.com sendpulse.com
    dashamail.com mindbox.ru esputnik.com locaweb.com.br rdstation.com.br allin.com.br splio.com sendinblue.net
    dmdelivery.com copernica.com spotler.com dotmailer.com dotdigital.com communigatormail.com campaignmonitor.com
    createsend.com cmail1.com cmail2.com cmail19.com cmail20.com icontact.com verticalresponse.com vresp.com
    benchmarkemail.com zohocampaigns.com zcsend.net elasticemail.com pepipost.net pepipost.com netcore.co.in
    socketlabs.com socketlabs.net messagebird.com bird.com omnisend.com drip.com iterable.com cordial.com bronto.com
    listrak.com listrakbi.com ometria.email sendlane.com moosend.com zendesk.com freshdesk.com freshemail.io
    eventbrite.com surveymonkeyuser.com qualtrics-survey.com qemailserver.com trustpilotmail.com bazaarvoice.com
    bazaarvoice-cgc.com e-ngine.nl lyris.com lyris.net sparklist.com topica.com
    """.split()  # a table of words
)


def is_service(host: str) -> bool:
    """Whether a host is a mailing service's."""
    return registered(host) in SERVICES
