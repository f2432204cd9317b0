"""What is known of sites: names, registrations, certificates and pages, read from files into facts."""
