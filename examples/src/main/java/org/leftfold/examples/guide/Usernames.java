package org.leftfold.examples.guide;

import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.Decisions;

/** A rule across streams: a name belongs to one account at a time. */
final class Usernames {
    private Usernames() {}

    // @start region="boundary"
    sealed interface NameEvent {
        String account();

        @EventName("name-claimed")
        record Claimed(@Tagged String name, String account) implements NameEvent {}

        @EventName("name-released")
        record Released(@Tagged String name, String account) implements NameEvent {}
    }

    record Claim(String name, String account) {}

    static final class ClaimDecider implements Decider<Claim, String, NameEvent> {
        @Override
        public String initialState() {
            return ""; // nobody has it
        }

        @Override
        public List<NameEvent> decide(Claim claim, String owner) {
            if (!owner.isEmpty() && !owner.equals(claim.account())) {
                throw new IllegalStateException(claim.name() + " belongs to " + owner);
            }
            return owner.isEmpty()
                    ? List.of(new NameEvent.Claimed(claim.name(), claim.account()))
                    : List.of();
        }

        @Override
        public String evolve(String owner, NameEvent event) {
            return switch (event) {
                case NameEvent.Claimed claimed -> claimed.account();
                case NameEvent.Released released -> "";
            };
        }
    }

    static Decisions<Claim, String, NameEvent> on(EventStore store) {
        return Leftfold.on(store)
                .decisions(
                        "claims",
                        new ClaimDecider(),
                        claim -> Query.tags("name:" + claim.name()), // what it depends on
                        event -> StreamName.of("account", event.account())) // where it belongs
                .build();
    }

    // @end
}
