"""What fyke keeps: a contract a noun here, a folder a back end beside them. Nothing is decided here."""
