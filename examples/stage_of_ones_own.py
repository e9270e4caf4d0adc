"""Read articles.clean and publish to a topic of one's own: `python examples/stage_of_ones_own.py`.

The log is the one that the settings name: the embedded one in .copydesk, or Kafka. Run it after `copydesk run seeds/`;
each run goes on where the last one stopped. A stage that is to run for ever, with retries and dead letters, hands its
function to `copydesk.runtime.worker.Worker` instead.
"""

import json

from copydesk.cli.wiring import open_log
from copydesk.events import CleanArticle, decode
from copydesk.log_port import Log, Message, Partition, Record
from copydesk.pipeline import CLEAN, Topic
from copydesk.settings import load

LENGTHS = Topic("articles.lengths")
GROUP = "lengths"


def length_of(record: Record) -> Message:
    """Return the message for one clean article, under the same key: so one source's stay in order."""
    article = decode(CleanArticle, record.value or b"")
    value = {"id": article.id, "revision": article.revision, "words": len(article.text.split())}
    return Message(record.key, json.dumps(value).encode(), {"type": "Length", "schema_version": "1"})


def run(log: Log) -> int:
    """Handle what is there, and return how many articles that were.

    Offsets are committed after the messages are acknowledged: what is killed in between is published once more.
    """
    log.setup([LENGTHS])
    reader, handled = log.reader(CLEAN, GROUP), 0
    try:
        while True:
            records = reader.poll(0.5).records
            if records:
                log.publish(LENGTHS.name, [length_of(record) for record in records])
                reader.commit({Partition(record.topic, record.partition): record.offset + 1 for record in records})
                handled += len(records)
            elif log.lag(CLEAN, GROUP) == 0:
                return handled
    finally:
        reader.close()


def main() -> None:
    """Handle what is there, and print all that was published so far."""
    log = open_log(load())
    try:
        print(f"{run(log)} articles handled")
        for record in log.scan(LENGTHS.name):
            print(record.key, (record.value or b"").decode())
    finally:
        log.close()


if __name__ == "__main__":
    main()
