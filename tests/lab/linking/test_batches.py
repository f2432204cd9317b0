"""Times as marks."""

from fyke.lab.linking.batches import batches


def registered(*events):
    """Facts of names registered: site, registrar, moment."""
    return {
        "registrar": [(site, registrar) for site, registrar, _ in events],
        "registered_at": [(site, at) for site, _, at in events],
    }


def test_names_registered_within_minutes():
    """By the same registrar."""
    facts = registered(
        ("a.example", "R1", "2026-01-05T10:00:00+00:00"),
        ("b.example", "R1", "2026-01-05T10:04:00+00:00"),
        ("c.example", "R1", "2026-01-05T18:00:00+00:00"),
        ("d.example", "R2", "2026-01-05T10:02:00+00:00"),
    )
    [(kind, value, sites, chance)] = batches(facts)
    assert (kind, sites) == ("registered", ["a.example", "b.example"])
    assert value.startswith("R1 2026-01-05T10:00")
    assert 0 < chance < 0.05


def test_a_busy_registrar_explains_much():
    """Of one that registers a name every five minutes, any two fall together."""
    events = [
        (f"s{at}.example", "R", f"2026-01-{1 + at // 96:02}T{at // 4 % 24:02}:{at % 4 * 15:02}:00Z")
        for at in range(2_000)
    ]
    found = list(batches(registered(*events)))
    assert all(chance > 1 for _, _, _, chance in found)


def test_days_without_a_time_and_nonsense_are_no_batch():
    """Nothing is known of minutes."""
    facts = registered(("a.example", "R", "2026-01-05"), ("b.example", "R", "2026-01-05"), ("c.example", "R", "soon"))
    assert list(batches(facts)) == []


def test_certificates_of_one_minute():
    """Issuer and time are one value."""
    facts = {"certificate_issued": [("a.example", "CA|2026-01-05T10:00:00Z"), ("b.example", "CA|2026-01-05T10:01:00Z")]}
    [(kind, _, sites, _)] = batches(facts)
    assert (kind, sites) == ("issued", ["a.example", "b.example"])
