"""What is told of a campaign."""

from fyke.lab.campaigns.accounts import GAP, Account, accounts, template
from fyke.lab.campaigns.members import Member


def mail(at, **more):
    return Member(f"{at:032x}", 86_400.0 * at, **more)


def test_the_subject_is_what_subjects_have_in_common():
    """With gaps where they differ."""
    found = template(["Your order 17 is ready", "Your order 99 is ready", "Your parcel 3 is ready"])
    assert found.startswith("Your")
    assert found.endswith("is ready")
    assert GAP in found
    assert template([]) == ""
    assert template(["one", "two"]).startswith(GAP)


def test_mails_are_counted():
    """Days, authors, networks, verdicts, sites."""
    account = Account()
    for at in range(10):
        account.add(
            mail(
                at,
                subject=f"Sale {at}",
                sender=f"x@a{at % 3}.example",
                network=f"192.0.{at % 2}.9",
                unwanted=at < 6 or None,
                sites=("shop.example",),
                begun="c-1",
            )
        )
    told = account.told("c-2")
    assert (told.mails, told.senders, told.networks, told.unwanted, told.wanted) == (10, 3, 2, 6, 0)
    assert told.sites == (("shop.example", 10),)
    assert len(told.days) == 10
    assert told.begun == ("c-1",)
    assert told.is_unwanted


def test_mails_of_none_are_not_told():
    """An empty label is no campaign; an absurd time breaks nothing."""
    found = accounts([mail(1), mail(2), mail(10**15)], ["c-1", "", "c-1"])
    assert {name: each.mails for name, each in found.items()} == {"c-1": 2}
    assert found["c-1"].told("c-1").mails == 2
