"""What is kept of webhooks: written with the job's end, taken by one sender at a time, tried again on schedule."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete

from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.deliveries import SCHEDULE, Attempt, announce, delay
from tests.receiver import SECRET, add_delivery, add_job
from tests.servers import Place, new_place

URL = "https://cms.example.com/hook"


def attempt(status: int | None, retry_after: float | None = None) -> Attempt:
    return Attempt("2026-11-01T00:00:00Z", status, "" if status == 200 else "错", 7, retry_after)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    store = place.store()
    add_job(store, "job-1", URL)
    yield store
    store.database.close()


def test_what_is_announced_is_due_at_once_with_all_that_sending_needs(store: Store) -> None:
    add_delivery(store, "job-1", name="稿件\0\ud800.csv")
    [message] = store.deliveries.due(1.0, 10)
    assert (message.url, message.secret) == (URL, SECRET)
    said = json.loads(message.body)
    assert said["type"] == "job.finished" and said["timestamp"].endswith("Z")
    assert said["data"] == {"job_id": "job-1", "name": "稿件\0\ud800.csv"}
    assert message.body.isascii()


def test_nothing_is_announced_without_a_webhook_or_when_the_job_s_change_fails(store: Store) -> None:
    add_job(store, "job-2", None)
    add_delivery(store, "job-2")
    with pytest.raises(ZeroDivisionError), store.database.writing() as connection:
        announce(connection, "job-1", "job.finished", {})
        raise ZeroDivisionError
    assert store.deliveries.of("job-1") == store.deliveries.of("job-2") == []


def test_what_a_killed_sender_took_is_sent_again_the_same(store: Store) -> None:
    add_delivery(store, "job-1")
    first = store.deliveries.due(1000.0, 10)
    assert len(first) == 1
    assert store.deliveries.due(1059.0, 10) == []
    assert store.deliveries.due(1060.0, 10) == first


def test_a_failure_is_tried_again_on_schedule_until_it_is_given_up(store: Store) -> None:
    add_delivery(store, "job-1")
    moment, waits = 1000.0, []
    while messages := store.deliveries.due(moment, 10):
        store.deliveries.note(messages[0].id, attempt(500), moment, 0.0)
        [delivery] = store.deliveries.of("job-1")
        waits.append(delivery.next_at - moment)
        if delivery.state == "waiting":
            assert store.deliveries.due(delivery.next_at - 0.01, 10) == []
        moment = delivery.next_at
    assert waits == [*SCHEDULE[1:], 0]
    assert delivery.state == "given_up" and len(delivery.attempts) == 10
    assert delivery.attempts[0] == attempt(500)


@pytest.mark.parametrize(("status", "state"), [(200, "delivered"), (204, "delivered"), (410, "given_up")])
def test_success_and_gone_end_it(store: Store, status: int, state: str) -> None:
    add_delivery(store, "job-1")
    [message] = store.deliveries.due(1.0, 10)
    store.deliveries.note(message.id, attempt(status), 2.0, 0.5)
    [delivery] = store.deliveries.of("job-1")
    assert delivery.state == state
    assert store.deliveries.due(1e12, 10) == []


def test_the_note_of_a_sender_that_came_late_does_not_undo_a_delivery(store: Store) -> None:
    add_delivery(store, "job-1")
    [message] = store.deliveries.due(1.0, 10)
    store.deliveries.due(100.0, 10)
    store.deliveries.note(message.id, attempt(200), 101.0, 0.0)
    store.deliveries.note(message.id, attempt(None), 102.0, 0.0)
    [delivery] = store.deliveries.of("job-1")
    assert delivery.state == "delivered" and [a.status for a in delivery.attempts] == [200, None]


def test_a_job_deleted_while_its_webhook_is_sent_is_no_error(store: Store) -> None:
    add_delivery(store, "job-1")
    [message] = store.deliveries.due(1.0, 10)
    with store.database.writing() as connection:
        connection.execute(delete(schema.deliveries))
    store.deliveries.note(message.id, attempt(500), 2.0, 0.0)
    assert store.deliveries.of("job-1") == []


def test_sending_once_more_by_hand(store: Store) -> None:
    add_delivery(store, "job-1")
    [message] = store.deliveries.due(1000.0, 10)
    busy = store.deliveries.redeliver("job-1", message.id, 1001.0)
    assert busy is not None and busy.state == "sending" and store.deliveries.due(1002.0, 10) == []
    store.deliveries.note(message.id, attempt(410), 1003.0, 0.0)
    again = store.deliveries.redeliver("job-1", message.id, 2000.0)
    assert again is not None and (again.state, again.next_at) == ("waiting", 2000.0)
    assert store.deliveries.due(2000.0, 10) == [message]
    store.deliveries.note(message.id, attempt(200), 2001.0, 0.0)
    assert [a.status for a in store.deliveries.of("job-1")[0].attempts] == [410, 200]
    add_job(store, "job-2", URL)
    assert store.deliveries.redeliver("job-2", message.id, 3000.0) is None
    assert store.deliveries.redeliver("job-1", "no-such", 3000.0) is None
    assert store.deliveries.due(1e12, 10) == []


def test_the_schedule_is_spread_and_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    assert delay(0, 0.0) == 0
    assert delay(1, 1.0) == pytest.approx(5.5)
    assert delay(len(SCHEDULE), 0.0) is None
    assert delay(1, 0.0, 60.0) == 60
    assert delay(2, 0.0, 60.0) == 300
    assert delay(1, 0.0, float("inf")) == 86_400
    assert delay(len(SCHEDULE), 0.0, 60.0) is None


def test_no_two_senders_take_the_same(tmp_path: Path) -> None:
    place = new_place("postgresql", tmp_path)
    store = place.store()
    add_job(store, "job-1", URL)
    for number in range(40):
        add_delivery(store, "job-1", number=number)

    def take(_: int) -> list[str]:
        mine, sender = [], place.store()
        while messages := sender.deliveries.due(1000.0, 3):
            mine += [m.id for m in messages]
        sender.database.close()
        return mine

    with ThreadPoolExecutor(4) as senders:
        taken = list(senders.map(take, range(4)))
    assert sum(1 for mine in taken if mine) > 1
    ids = [i for mine in taken for i in mine]
    assert len(ids) == len(set(ids)) == 40
    store.database.close()
