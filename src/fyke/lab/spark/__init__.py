"""The lab's heavy steps on Apache Spark: linking by Splink, mails compared band by band, components."""
