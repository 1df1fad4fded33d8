package org.leftfold.framework.evolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.Upcast;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.evolution.EveryReadPathTest.AccountEvent.Deposited;
import org.leftfold.framework.evolution.EveryReadPathTest.AccountEvent.Opened;
import org.leftfold.framework.evolution.EveryReadPathTest.AccountEvent.Renamed;
import org.leftfold.framework.evolution.EveryReadPathTest.AccountEvent.Withdrawn;
import org.leftfold.framework.history.History;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.framework.repository.RepositoryListener;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;
import tools.jackson.databind.node.ObjectNode;

/**
 * R11, R77, R78, and 3 of what issue 4 must show: three schema versions, renamed, split, moved and
 * dropped events and a pseudo event read the same wherever they are read.
 */
class EveryReadPathTest {
    /** The events of an account as of today. */
    sealed interface AccountEvent {
        @EventName(value = "opened", version = 3)
        record Opened(String first, String last, String currency) implements AccountEvent {}

        @EventName("renamed")
        record Renamed(String first, String last) implements AccountEvent {}

        @EventName(value = "deposited", version = 2)
        record Deposited(long cents) implements AccountEvent {}

        @EventName("withdrawn")
        record Withdrawn(long cents) implements AccountEvent {}
    }

    /** A deposit. */
    record Deposit(long cents) {}

    /** What all events make, each of which leaves a trace. */
    record Account(String name, String currency, long cents, List<String> trace) {}

    static final class Accounts implements Decider<Deposit, Account, AccountEvent> {
        @Override
        public Account initialState() {
            return new Account("", "", 0, List.of());
        }

        @Override
        public List<AccountEvent> decide(Deposit command, Account account) {
            return command.cents() == 0 ? List.of() : List.of(new Deposited(command.cents()));
        }

        @Override
        public Account evolve(Account account, AccountEvent event) {
            List<String> trace = new ArrayList<>(account.trace());
            trace.add(event.toString());
            return switch (event) {
                case Opened opened ->
                        new Account(
                                opened.first() + " " + opened.last(),
                                opened.currency(),
                                account.cents(),
                                trace);
                case Renamed renamed ->
                        new Account(
                                renamed.first() + " " + renamed.last(),
                                account.currency(),
                                account.cents(),
                                trace);
                case Deposited deposited -> with(account, deposited.cents(), trace);
                case Withdrawn withdrawn -> with(account, -withdrawn.cents(), trace);
            };
        }

        private static Account with(Account account, long cents, List<String> trace) {
            return new Account(account.name(), account.currency(), account.cents() + cents, trace);
        }
    }

    private static final EventSchema<AccountEvent> SCHEMA =
            EventSchema.builder(AccountEvent.class)
                    .upcast("opened", 1, json -> json.put("currency", "KRW"))
                    .upcast("opened", 2, EveryReadPathTest::splitName)
                    .upcast("deposited", 1, EveryReadPathTest::wonToCents)
                    .renamed("paid-in", "deposited")
                    .upcast(
                            "transferred",
                            1,
                            Upcast.into("withdrawn", 1, json -> json.retain("cents"))
                                    .and(
                                            "deposited",
                                            2,
                                            json -> json.put("cents", json.get("back").asLong())))
                    .upcast(
                            "name-typed",
                            1,
                            Upcast.into("renamed", 1, EveryReadPathTest::splitName))
                    .dropped("statement-printed")
                    .build();

    private static ObjectNode splitName(ObjectNode json) {
        String[] names = json.remove("name").asString().split(" ", 2);
        return json.put("first", names[0]).put("last", names[1]);
    }

    private static ObjectNode wonToCents(ObjectNode json) {
        return json.put("cents", 100 * json.remove("won").asLong());
    }

    private static final StreamName STREAM = StreamName.of("account", "1");

    /** What older programs wrote, in their formats. */
    private static final List<NewEvent> STORED =
            List.of(
                    older("opened", 1, "{\"name\":\"Ada Kim\"}"),
                    older("paid-in", 1, "{\"won\":10}"),
                    older("statement-printed", 1, "not even JSON"),
                    older("opened", 2, "{\"name\":\"Ada Lee\",\"currency\":\"EUR\"}"),
                    older("transferred", 1, "{\"cents\":300,\"back\":50}"),
                    older("deposited", 2, "{\"cents\":7}"),
                    older("name-typed", 1, "{\"name\":\"Eve Cho\"}"),
                    older(
                            "opened",
                            3,
                            "{\"first\":\"Eve\",\"last\":\"Han\",\"currency\":\"USD\"}"));

    /** What they mean, each with the version that it is stored at. */
    private static final List<String> MEANING =
            List.of(
                    "1 " + new Opened("Ada", "Kim", "KRW"),
                    "2 " + new Deposited(1000),
                    "4 " + new Opened("Ada", "Lee", "EUR"),
                    "5 " + new Withdrawn(300),
                    "5 " + new Deposited(50),
                    "6 " + new Deposited(7),
                    "7 " + new Renamed("Eve", "Cho"),
                    "8 " + new Opened("Eve", "Han", "USD"));

    private static NewEvent older(String type, int schemaVersion, String json) {
        return NewEvent.of(type, Payload.ofText(json)).withSchemaVersion(schemaVersion);
    }

    private final EventStore store = InMemoryEventStore.open();
    private final EventCodec<AccountEvent> codec = Leftfold.on(store).codec(SCHEMA);
    private final Repository<Deposit, Account, AccountEvent> accounts = define().build();

    private RepositoryBuilder<Deposit, Account, AccountEvent> define() {
        return Leftfold.on(store).define("account", new Accounts(), SCHEMA);
    }

    /** The stream ends with a pseudo event, as of a message that changed nothing. */
    @BeforeEach
    void store() {
        store.append(STREAM, ExpectedVersion.noStream(), STORED);
        accounts.update("1", new Deposit(0), trigger("bank", "m1"));
        assertThat(store.version(STREAM)).isEqualTo(9);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** The state after the events up to a version, folded by hand. */
    private static Account folded(long version) {
        List<String> trace = new ArrayList<>();
        for (String line : MEANING) {
            if (Long.parseLong(line.substring(0, 1)) <= version) {
                trace.add(line.substring(2));
            }
        }
        String[] names = {
            "", "Ada Kim", "Ada Kim", "Ada Kim", "Ada Lee", "Ada Lee", "Ada Lee", "Eve Cho",
            "Eve Han"
        };
        String[] currencies = {"", "KRW", "KRW", "KRW", "EUR", "EUR", "EUR", "EUR", "USD"};
        long[] cents = {0, 0, 1000, 1000, 1000, 750, 757, 757, 757};
        int at = (int) Math.min(version, 8);
        return new Account(names[at], currencies[at], cents[at], trace);
    }

    private static List<String> lines(List<DomainEvent<AccountEvent>> events) {
        return events.stream().map(event -> event.version() + " " + event.event()).toList();
    }

    @Test
    void a_load_sees_the_newest_schema() {
        assertThat(accounts.load("1").state()).isEqualTo(folded(9));
        assertThat(accounts.load("1").version()).isEqualTo(9);
    }

    @Test
    void so_does_the_state_at_every_version() {
        for (long version = 0; version <= 9; version++) {
            assertThat(accounts.at("1", version).state())
                    .as("at version %d", version)
                    .isEqualTo(folded(version));
        }
    }

    @Test
    void so_does_the_history_with_every_change() {
        List<History.Entry<AccountEvent>> entries = accounts.history("1").toList();
        assertThat(entries)
                .extracting(entry -> entry.version() + " " + entry.event().event())
                .isEqualTo(MEANING);
        assertThat(accounts.history("1").changesOf("cents"))
                .extracting(change -> change.version() + " " + change.change())
                .containsExactly(
                        "2 cents: 0 -> 1000",
                        "5 cents: 1000 -> 700",
                        "5 cents: 700 -> 750",
                        "6 cents: 750 -> 757");
    }

    @Test
    void so_does_reading_by_stream_by_query_and_backward() {
        assertThat(decoded(ReadRequest.stream(STREAM))).isEqualTo(MEANING);
        assertThat(decoded(ReadRequest.all())).isEqualTo(MEANING);
        assertThat(decoded(ReadRequest.of(SCHEMA.query()))).isEqualTo(MEANING);
        assertThat(
                        decoded(
                                ReadRequest.of(
                                        Query.anyOf(
                                                QueryItem.everything().andCategories("account")))))
                .isEqualTo(MEANING);
        List<RecordedEvent> newestFirst =
                store.read(ReadRequest.stream(STREAM).backward()).toList();
        assertThat(
                        newestFirst.reversed().stream()
                                .flatMap(each -> codec.decode(each).stream())
                                .toList())
                .extracting(event -> event.version() + " " + event.event())
                .isEqualTo(MEANING);
    }

    private List<String> decoded(ReadRequest request) {
        List<DomainEvent<AccountEvent>> events = new ArrayList<>();
        for (RecordedEvent stored : store.read(request).toList()) {
            events.addAll(codec.decode(stored));
        }
        return lines(events);
    }

    @Test
    void a_query_for_one_class_finds_it_under_every_name() {
        assertThat(decoded(ReadRequest.of(SCHEMA.query(Deposited.class))))
                .containsExactly(
                        "2 " + new Deposited(1000),
                        "5 " + new Withdrawn(300),
                        "5 " + new Deposited(50),
                        "6 " + new Deposited(7));
    }

    @Test
    void so_does_a_follower_of_what_is_stored_and_of_what_comes() throws Exception {
        List<DomainEvent<AccountEvent>> seen = new ArrayList<>();
        CountDownLatch caughtUp = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        EventHandler handler =
                new EventHandler() {
                    @Override
                    public void handle(RecordedEvent event) {
                        seen.addAll(codec.decode(event));
                        if (event.version() == 10) {
                            last.countDown();
                        }
                    }

                    @Override
                    public void caughtUp(Checkpoint checkpoint) {
                        caughtUp.countDown();
                    }
                };
        try (Subscription following = store.follow(FollowRequest.fromStart(Query.all()), handler)) {
            assertThat(caughtUp.await(30, TimeUnit.SECONDS)).isTrue();
            store.append(STREAM, ExpectedVersion.exactly(9), older("paid-in", 1, "{\"won\":2}"));
            assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(following.completion()).isNotDone();
        }
        List<String> all = new ArrayList<>(MEANING);
        all.add("10 " + new Deposited(200));
        assertThat(lines(seen)).isEqualTo(all);
    }

    @Test
    void so_does_a_snapshot_of_any_version_with_the_tail_behind_it() {
        StateFormat<Account> format = StateFormat.json("account", 1, Account.class);
        for (long version = 1; version <= 9; version++) {
            InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
            Snapshots<Account> kept =
                    Snapshots.in(snapshots, format, (at, before, after, state) -> true);
            kept.offer(
                    STREAM,
                    0,
                    0,
                    version,
                    new Snapshots.Held<>(folded(version), Set.of()),
                    RepositoryListener.NONE);
            List<Long> read = new ArrayList<>();
            Repository<Deposit, Account, AccountEvent> repository =
                    define().snapshots(kept).listener(readsInto(read)).build();
            assertThat(repository.load("1").state())
                    .as("snapshot at version %d", version)
                    .isEqualTo(folded(9));
            assertThat(repository.load("1").version()).isEqualTo(9);
            assertThat(read).containsOnly(9 - version);
        }
    }

    private static RepositoryListener readsInto(List<Long> read) {
        return new RepositoryListener() {
            @Override
            public void loaded(StreamName stream, long eventsRead, java.time.Duration took) {
                read.add(eventsRead);
            }
        };
    }

    @Test
    void so_do_commands_with_a_snapshot_and_with_a_cache() {
        Repository<Deposit, Account, AccountEvent> repository =
                define().snapshots(
                                Snapshots.in(
                                        new InMemorySnapshotStore(),
                                        StateFormat.json("account", 1, Account.class),
                                        SnapshotPolicy.every(1)))
                        .cache(1)
                        .build();
        assertThat(repository.update("1", new Deposit(1)).state().cents()).isEqualTo(758);
        store.append(STREAM, ExpectedVersion.exactly(10), older("paid-in", 1, "{\"won\":1}"));
        assertThat(repository.update("1", new Deposit(1)).state().cents()).isEqualTo(859);
        assertThat(repository.load("1").state()).isEqualTo(accounts.load("1").state());
    }

    @Test
    void nothing_of_it_touches_what_is_stored() {
        accounts.load("1");
        accounts.history("1").toList();
        accounts.update("1", new Deposit(1));
        assertThat(store.read(ReadRequest.stream(STREAM).toVersion(8)).toList())
                .extracting(RecordedEvent::toNewEvent)
                .isEqualTo(STORED);
    }
}
