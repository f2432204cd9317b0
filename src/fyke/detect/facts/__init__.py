"""What detectors of several families ask of a mail, and the lists of names they know: no detector lives here."""
