package org.leftfold.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.spi.InMemoryLeaseStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.guide.Members.Join;
import org.leftfold.examples.guide.Members.Member;
import org.leftfold.examples.guide.Members.Move;
import org.leftfold.examples.guide.Members.Rename;
import org.leftfold.examples.guide.Usernames.Claim;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.repository.CommandOptions;
import org.leftfold.framework.repository.Outcome;
import org.leftfold.testkit.scenario.ReplayOracle;

/** What the guide says is what happens. */
class GuideTest {
    private final EventStore store = AnyStore.open();
    private final List<String> said = new ArrayList<>();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void events_of_all_ages_are_read_in_the_newest_schema() {
        StreamName stream = StreamName.of("member", "m9");
        store.append(
                stream,
                ExpectedVersion.noStream(),
                NewEvent.ofJson(
                                "member-joined",
                                "{\"first\":\"Ada\",\"last\":\"Kim\",\"club\":\"chess\"}")
                        .withTags("club:chess"),
                NewEvent.ofJson("member-page-viewed", "{}"),
                NewEvent.ofJson("member-relocated", "{\"street\":\"a\",\"city\":\"Busan\"}"),
                NewEvent.ofJson(
                        "member-updated", "{\"name\":\"Eve\",\"street\":\"b\",\"city\":\"Jeju\"}"));
        var members = Members.onSchema(store);
        assertThat(members.at("m9", 1).state()).isEqualTo(new Member("Ada Kim", ""));
        assertThat(members.at("m9", 3).state()).isEqualTo(new Member("Ada Kim", "Busan"));
        assertThat(members.load("m9").state()).isEqualTo(new Member("Eve", "Jeju"));
        assertThat(members.load("m9").version()).isEqualTo(4);
        members.save("m1", new Join("Kim", "chess"));
        assertThat(Members.clubNames(store)).containsExactly("Ada Kim", "Kim");
    }

    @Test
    void the_calls_of_a_repository() {
        var members = Members.onSchema(store);
        Profiles.calls(members, said::add);
        Profiles.outcome(members, said::add);
        Profiles.outcome(members, said::add);
        Profiles.stale(members, said::add);
        assertThat(said)
                .containsExactly(
                        "Seoul",
                        "stored as version 5",
                        "it came before",
                        "somebody was faster: it is at version 5");
        said.clear();
        Profiles.past(store, members, Instant.EPOCH, said::add);
        assertThat(said)
                .containsExactly(
                        "1 name: \"\" -> \"Kim\"",
                        "2 name: \"Kim\" -> \"Kim Ji-woo\"",
                        "4 name: \"Kim Ji-woo\" -> \"Kim\"",
                        "member-m1 member-renamed",
                        "Member[name=Kim Ji-woo, city=] Member[name=, city=]");
        Profiles.revert(members);
        assertThat(members.load("m1").state()).isEqualTo(members.at("m1", 2).state());
    }

    @Test
    void a_rename_and_a_move_go_together_and_two_renames_do_not() {
        var members = Profiles.resolving(store);
        members.save("m1", new Join("Kim", "chess"));
        members.update("m1", new Move("a", "Seoul"));
        CommandOptions seen = CommandOptions.none().expecting(1);
        assertThat(members.update("m1", new Rename("Lee"), seen).state())
                .isEqualTo(new Member("Lee", "Seoul"));
        assertThatThrownBy(() -> members.update("m1", new Rename("Park"), seen))
                .isInstanceOf(VersionConflictException.class);
    }

    @Test
    void snapshots_and_caches_change_no_result() {
        var members = Members.withSnapshots(store, AnyStore.snapshots(store));
        members.save("m1", new Join("Kim", "chess"));
        for (int i = 2; i <= 150; i++) {
            members.update("m1", new Rename("Kim " + i));
        }
        assertThat(members.load("m1")).isEqualTo(Members.onSchema(store).load("m1"));
    }

    @Test
    void what_members_are_is_what_their_events_say_on_every_store() {
        var members = Members.withSnapshots(store, AnyStore.snapshots(store));
        try (ReplayOracle oracle = ReplayOracle.of(members)) {
            members.save("m1", new Join("Kim", "chess"));
            for (int i = 0; i < 250; i++) {
                members.update("m1", new Rename("Kim " + i));
            }
            oracle.check();
        }
    }

    @Test
    void a_name_belongs_to_one_account() {
        var names = Usernames.on(store);
        assertThat(names.handle(new Claim("ada", "1")).outcome()).isEqualTo(Outcome.STORED);
        assertThat(names.handle(new Claim("ada", "1")).outcome()).isEqualTo(Outcome.NOTHING);
        assertThatThrownBy(() -> names.handle(new Claim("ada", "2")))
                .hasMessage("ada belongs to 1");
        assertThat(names.handle(new Claim("eve", "2")).outcome()).isEqualTo(Outcome.STORED);
    }

    @Test
    void views_of_members() throws InterruptedException {
        InMemoryViewStore views = new InMemoryViewStore();
        MemberViews.run(store, views, said::add);
        // letters may be on their way when all is closed
        assertThat(said).anySatisfy(line -> assertThat(line).startsWith("[Ada] "));
        said.clear();
        InMemoryLeaseStore leases = new InMemoryLeaseStore(InstantSource.system());
        try (Projections shared = MemberViews.shared(store, views, leases, "host-1")) {
            assertThat(shared.await(MemberViews.CLUBS, store.checkpoint(), Duration.ofSeconds(20)))
                    .isTrue();
            MemberViews.parked(shared, said::add);
            assertThat(said).isEmpty();
        }
        try (Projections projections =
                Leftfold.on(store).projections(views).add(MemberViews.CARDS).start()) {
            MemberViews.looksAndRebuilds(projections, said::add);
        }
        assertThat(said).containsExactly("1 events to read", "1 rows equal, 0 different");
        assertThat(MemberViews.past(store)).containsExactly("Club[members=1]", "Club[members=1]");
        MemberViews.test();
        MemberViews.testLetters();
    }
}
