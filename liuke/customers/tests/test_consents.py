"""What a customer says is added, never changed, and the last word holds at once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from liuke.customers.models import Consent, ConsentText
from liuke.customers.queries import consents as said
from liuke.customers.rules.consents import CHANNELS, Subject
from liuke.customers.rules.records import CustomerForgotten, CustomerMerged
from liuke.customers.services import consents
from liuke.customers.tests.builders import NOW, give, make_customer, make_text, withdraw
from liuke.kit.errors import BadInput
from liuke.timeline.models import Fact

SMS = Subject("sms", "marketing")
LATER = NOW + timedelta(hours=1)


def state(customer, subject=SMS):
    return said.states([customer.pk], subject)[customer.pk]


@pytest.mark.django_db
class TestStatements:
    def test_nothing_said_is_neither_yes_nor_no(self):
        assert state(make_customer()) == "cleared"

    def test_given_with_who_words_time_and_source(self):
        customer, text = make_customer(), make_text()

        row = give(customer, text=text)

        assert state(customer) == "given"
        assert said.allowed(customer.pk) == {SMS: row}
        assert (row.text, row.source, row.happened_at, row.recorded_by) == (text, "h5", NOW, None)
        assert Fact.objects.get(kind="ConsentGiven").data == {
            "channel": "sms", "purpose": "marketing", "text_version": "marketing-1"}

    def test_withdrawn_holds_at_once_and_given_again_holds_again(self):
        customer = make_customer()
        give(customer)

        withdraw(customer)
        assert state(customer) == "withdrawn"
        give(customer, now=LATER)
        assert state(customer) == "given"

        assert [row.state for row in said.history(customer.pk)] == ["given", "withdrawn", "given"]

    def test_a_withdrawal_holds_although_another_clock_runs_ahead(self):
        customer = make_customer()
        give(customer, now=LATER)

        withdraw(customer, now=NOW)

        assert state(customer) == "withdrawn"

    def test_an_old_yes_written_down_late_does_not_overrule_a_no(self):
        customer = make_customer()
        withdraw(customer)

        give(customer, now=LATER, happened_at=NOW - timedelta(days=400))

        assert state(customer) == "withdrawn"

    def test_the_same_again_is_one_row_and_new_words_are_another(self):
        customer = make_customer()

        first = give(customer)
        assert give(customer, now=LATER) == first
        assert give(customer, now=LATER, text=make_text("marketing-2", body="换了说法。")) != first
        no = withdraw(customer, now=LATER)
        assert withdraw(customer, now=LATER) == no

        assert Consent.objects.count() == Fact.objects.filter(kind__startswith="Consent").count() == 3

    def test_refusing_everywhere_covers_every_channel(self):
        customer = make_customer()
        give(customer, channel="wecom")

        with transaction.atomic():
            consents.withdraw_everywhere(customer_id=customer.pk, source="counter", now=LATER)

        refused = {channel for channel in CHANNELS if state(customer, Subject(channel, "marketing")) == "withdrawn"}
        assert refused == set(CHANNELS)
        assert state(customer, Subject("sms", "service")) == "cleared"

    def test_many_customers_are_one_query(self, django_assert_num_queries):
        yes, no, silent = (make_customer() for _ in range(3))
        give(yes)
        withdraw(no)

        with django_assert_num_queries(1):
            assert said.states([yes.pk, no.pk, silent.pk], SMS) == {
                yes.pk: "given", no.pk: "withdrawn", silent.pk: "cleared"}

    @pytest.mark.parametrize(
        ("field", "other"), [("merged_into_id", CustomerMerged), ("forgotten_at", CustomerForgotten)])
    def test_nothing_is_written_about_a_record_that_is_gone(self, field, other):
        customer = make_customer()
        setattr(customer, field, make_customer().pk if field == "merged_into_id" else NOW)
        customer.save()

        with pytest.raises(other):
            give(customer)

    @pytest.mark.parametrize(
        "wrong", [{"channel": "fax"}, {"purpose": "fun"}, {"happened_at": NOW + timedelta(seconds=1)}])
    def test_what_cannot_be_is_refused(self, wrong):
        customer = make_customer()
        text = make_text()
        with pytest.raises(BadInput):
            give(customer, text=text, **wrong)

    def test_a_text_for_another_purpose_is_refused(self):
        customer, text = make_customer(), make_text("survey-1", purpose="survey")

        with pytest.raises(consents.UnknownText):
            give(customer, purpose="marketing", text=text)


@pytest.mark.django_db
class TestWords:
    def test_a_version_has_the_same_words_for_ever(self):
        assert make_text() == make_text()

        with pytest.raises(consents.OtherText):
            make_text(body="别的话")
        assert ConsentText.objects.count() == 1

    def test_words_of_a_channel_go_before_those_for_all_and_newer_before_older(self):
        make_text("marketing-1")
        with transaction.atomic():
            newer = consents.publish_text(version="marketing-2", purpose="marketing", body="新", now=LATER)
            phone = consents.publish_text(version="call", purpose="marketing", channel="phone", body="打电话", now=NOW)
        survey = make_text("survey-1", purpose="survey")

        expected = {Subject(channel, "marketing"): newer for channel in CHANNELS}
        expected |= {Subject("phone", "marketing"): phone}
        expected |= {Subject(channel, "survey"): survey for channel in CHANNELS}
        assert said.texts_in_force() == expected

    def test_nobody_agrees_to_the_words_of_another_channel(self):
        with transaction.atomic():
            phone = consents.publish_text(version="call", purpose="marketing", channel="phone", body="打电话", now=NOW)

        assert give(make_customer(), channel="phone", text=phone).text == phone
        with pytest.raises(consents.UnknownText):
            give(make_customer(), channel="sms", text=phone)

    def test_versions_are_numbered_per_purpose_and_channel_and_the_same_words_refused(self):
        make_text("marketing-2")

        def publish(body, channel=""):
            with transaction.atomic():
                return consents.publish_next(purpose="marketing", channel=channel, body=body, now=LATER).version

        assert [publish("一"), publish("二"), publish("三", "sms")] == ["marketing-1", "marketing-3", "marketing-sms-1"]
        with pytest.raises(consents.SameWords):
            publish(" 三 ", "sms")
        with pytest.raises(BadInput):
            publish("四", "pigeon")

    def test_every_version_says_how_often_it_was_agreed_to(self):
        one, other = make_text("marketing-1"), make_text("marketing-2", body="别的话")
        give(make_customer(), text=one)
        give(make_customer(), text=one)

        assert {text.version: text.agreed for text in said.texts()} == {one.version: 2, other.version: 0}

    @pytest.mark.parametrize("change", [
        lambda: Consent.objects.update(state="given"),
        lambda: Consent.objects.all().delete(),
        lambda: ConsentText.objects.update(body="别的话"),
        lambda: ConsentText.objects.all().delete(),
    ])
    def test_the_database_itself_keeps_what_was_said(self, change):
        withdraw(make_customer())
        make_text()

        with pytest.raises(DatabaseError, match="only be added"), transaction.atomic():
            change()

    def test_a_yes_without_words_cannot_be_stored(self):
        customer = make_customer()

        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.create(customer=customer, channel="sms", purpose="marketing", state="given", source="x",
                                   happened_at=NOW)
