"""Marks of the services that companies pay to send their mail to many."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Reads
from fyke.model import Finding, Label, Mail, Symbol

SERVICE = Symbol("MAILING_SERVICE", "A mailing service sent it", "bulk", 1.5, Label.BULK)
CAMPAIGN = Symbol("MAILING_CAMPAIGN", "Its headers number the campaign that it belongs to", "bulk", 2.0, Label.BULK)

# A header that only the service writes, and how people call the service.
_SERVICES = {
    "x-sg-eid": "SendGrid", "x-sg-id": "SendGrid", "x-mailgun-sid": "Mailgun", "x-mailgun-sending-ip": "Mailgun",
    "x-mandrill-user": "Mandrill", "x-mc-user": "Mailchimp", "x-mailchimp-campaignid": "Mailchimp",
    "x-ses-outgoing": "Amazon SES", "x-pm-message-id": "Postmark", "x-sfmc-stack": "Salesforce",
    "x-sfmc-jobid": "Salesforce", "x-sib-id": "Brevo", "x-mailin-eid": "Brevo", "x-mailin-campaign": "Brevo",
    "x-msys-api": "SparkPost", "x-mj-mid": "Mailjet", "x-mj-campaign": "Mailjet", "x-csa-complaints": "CSA",
    "x-roving-id": "Constant Contact", "x-roving-campaignid": "Constant Contact", "x-hs-cid": "HubSpot",
    "x-hubspot-email-id": "HubSpot", "x-mailer-recptid": "Silverpop", "x-mailer-sid": "Epsilon",
    "x-et-route": "ExactTarget",
    "x-job": "ExactTarget", "x-campaignid": "", "x-campaign-id": "", "x-campaign": "", "x-mailer-lid": "", "x-mid": "",
    "x-rpcampaign": "Oracle", "x-klaviyo-message-id": "Klaviyo", "x-cio-metadata": "Customer.io",
    "x-elq-mailing": "Eloqua",
    "x-mktmaildkim": "Marketo", "x-mktarchive": "Marketo", "x-report-abuse": "", "x-report-abuse-to": "",
    "x-abuse-reports-to": "",
    "x-emarsys-environment": "Emarsys", "x-cordialmsgid": "Cordial", "x-ac-weight": "ActiveCampaign", "x-mdrcpt": "",
    "x-braze-mid": "Braze", "x-sendinblue-id": "Brevo", "x-zohomailclient": "", "x-mailerlite-campaign": "MailerLite",
    "x-aweber-remote-host": "AWeber", "x-convertkit-broadcast-id": "Kit", "x-beehiiv-ids": "beehiiv",
    "x-substack-id": "Substack",
    "x-dyn-guid": "Dyn", "x-esp": "", "x-virtual-mta": "", "x-bps1": "", "x-delivery-context": "", "x-binding": "",
    "x-lumos-m": "LinkedIn",
    "x-linkedin-id": "LinkedIn", "x-facebook-notify": "Facebook", "x-amazon-mail-relay-type": "Amazon",
    "x-jobid": "", "x-smtpapi": "SendGrid",
}  # fmt: skip
_KEYS = frozenset(_SERVICES)
_NUMBERED = frozenset(
    """
    feedback-id x-campaignid x-campaign-id x-campaign x-mailchimp-campaignid x-mj-campaign x-sfmc-jobid
    x-roving-campaignid x-mailin-campaign x-job x-jobid x-rpcampaign x-mailerlite-campaign
    """.split()
)
_MARKS = _KEYS | _NUMBERED
# What the names of their machines in the Message-ID end or begin with.
_ENDS = tuple(
    """
    sendgrid.net amazonses.com mailgun.org mailgun.net mandrillapp.com mcsv.net mcdlv.net rsgsv.net sparkpostmail.com
    mtasv.net mailjet.com hubspotemail.net constantcontact.com exacttarget.com eloqua.com salesforce.com sendinblue.com
    klaviyomail.com xt.local responsys.net emarsys.net mktomail.com customeriomail.com pstmrk.it
    """.split()
)
_BEGINS = ("geopod-ismtpd", "ismtpd", "smtp-relay.sendinblue")


class MailingService(Detector):
    """Did a mailing service send it?"""

    name = "mailing_service"
    symbols = (SERVICE, CAMPAIGN)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look for the marks of mailing services."""
        message = mail.message
        is_marked = not _MARKS.isdisjoint(message.index)
        if is_marked and not _KEYS.isdisjoint(message.index):
            mark = next(key for key in message.index if key in _KEYS)
            yield Finding(SERVICE, _SERVICES[mark] or mark)
        elif message.message_id:
            host = message.message_id.rpartition("@")[2].rstrip("> ").lower()
            if host.endswith(_ENDS) or host.startswith(_BEGINS):
                yield Finding(SERVICE, host)
        if is_marked and not _NUMBERED.isdisjoint(message.index):
            numbered = next(key for key in message.index if key in _NUMBERED)
            yield Finding(CAMPAIGN, f"{numbered}: {message.first(numbered)}"[:80])
