"""The same model and the same clusters on several machines, by Spark. Needs the extra `spark`; nothing else imports this."""
