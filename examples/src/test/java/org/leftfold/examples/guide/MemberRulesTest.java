package org.leftfold.examples.guide;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.examples.guide.Members.Join;
import org.leftfold.examples.guide.Members.MemberDecider;
import org.leftfold.examples.guide.Members.MemberEvent;
import org.leftfold.examples.guide.Members.Rename;
import org.leftfold.testkit.scenario.ReplayOracle;
import org.leftfold.testkit.scenario.Scenario;
import org.leftfold.testkit.schema.SchemaGate;

/** The tests that the guide shows. */
class MemberRulesTest {
    // @start region="scenario"
    @Test
    void a_member_is_renamed_once() {
        Scenario.of(new MemberDecider(), Members.SCHEMA)
                .given(new MemberEvent.Joined("Kim", "chess", "KR"))
                .when(new Rename("Lee"))
                .then(new MemberEvent.Renamed("Lee"))
                .whenRepeated()
                .thenNothing();
    }

    // @end

    // @start region="gate"
    @Test
    void stored_member_events_stay_readable() {
        SchemaGate.of(Members.SCHEMA).check(Path.of("src/test/resources/member.events"));
    }

    // @end

    // @start region="oracle"
    @Test
    void what_members_are_is_what_their_events_say() {
        try (EventStore store = InMemoryEventStore.open()) {
            var members = Members.withSnapshots(store, new InMemorySnapshotStore());
            try (ReplayOracle oracle = ReplayOracle.of(members)) {
                members.save("m1", new Join("Kim", "chess"));
                for (int i = 0; i < 250; i++) {
                    members.update("m1", new Rename("Kim " + i));
                }
                oracle.check(); // and once more at its end
            }
        }
    }
    // @end
}
