"""Keep the log on Kafka, through kafka-python."""
