package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.atVersion;
import static org.leftfold.framework.repository.CommandOptions.by;
import static org.leftfold.framework.repository.CommandOptions.none;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Question;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerState;

/** A null is refused where it comes in, by the name of its parameter. */
class NullArgumentsTest {
    private static final LockerCommand COMMAND = new Label("hall");

    private final EventStore store = InMemoryEventStore.open();
    private final Repository<LockerCommand, LockerState, LockerEvent> lockers =
            Leftfold.on(store).repository("locker", new LockerDecider());

    @AfterEach
    void close() {
        store.close();
    }

    /** What a caller without our checks of nulls may give. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    private static void assertNames(String parameter, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(parameter);
    }

    @Test
    void a_repository_names_what_is_missing() {
        assertNames("id", () -> lockers.handle(nothing(), COMMAND));
        assertNames("id", () -> lockers.save(nothing(), COMMAND, none()));
        assertNames("id", () -> lockers.update(nothing(), COMMAND));
        assertNames("id", () -> lockers.updateWith(nothing(), state -> Optional.empty(), none()));
        assertNames("id", () -> lockers.revert(nothing(), 0, (now, then) -> List.of(), none()));
        assertNames("id", () -> lockers.find(nothing()));
        assertNames("id", () -> lockers.load(nothing()));
        assertNames("id", () -> lockers.ask(nothing(), state -> 1));
        assertNames("id", () -> lockers.at(nothing(), 1));
        assertNames("id", () -> lockers.at(nothing(), Instant.EPOCH));
        assertNames("id", () -> lockers.events(nothing(), event -> {}));
        assertNames("id", () -> lockers.history(nothing()));
        assertNames("id", () -> lockers.forget(nothing()));
        assertNames("id", () -> lockers.stream(nothing()));

        assertNames("command", () -> lockers.handle("L7", nothing()));
        assertNames("command", () -> lockers.handle("L7", nothing(), none()));
        assertNames("command", () -> lockers.save(NullArgumentsTest.<LockerCommand>nothing()));
        assertNames("command", () -> lockers.update("L7", nothing()));
        assertNames("command", () -> lockers.updateWith("L7", nothing(), none()));

        assertNames("options", () -> lockers.handle("L7", COMMAND, nothing()));
        assertNames("options", () -> lockers.save(COMMAND, nothing()));
        assertNames("options", () -> lockers.updateWith("L7", s -> Optional.empty(), nothing()));
        assertNames("options", () -> lockers.revert("L7", 0, (now, then) -> List.of(), nothing()));

        assertNames("compensation", () -> lockers.revert("L7", 0, nothing(), none()));
        Question<LockerState, String> none = nothing();
        assertNames("question", () -> lockers.ask("L7", none));
        assertNames("time", () -> lockers.at("L7", NullArgumentsTest.<Instant>nothing()));
        assertNames("visitor", () -> lockers.events("L7", nothing()));
        assertNames("stream", () -> lockers.owns(nothing()));
    }

    @Test
    void what_runs_on_a_thread_of_its_own_names_it_in_the_answer() {
        assertThatThrownBy(lockers.handleAsync("L7", nothing(), none())::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(NullPointerException.class)
                .hasMessage("command");
    }

    @Test
    void functions_that_give_null_are_named() {
        lockers.handle("L7", COMMAND);
        assertThatThrownBy(() -> lockers.updateWith("L7", state -> nothing(), none()))
                .hasMessageContaining("the function 'command' gave null");
        assertThatThrownBy(() -> lockers.revert("L7", 0, (now, then) -> nothing(), none()))
                .hasMessageContaining("the compensation gave null");
    }

    @Test
    void a_resolver_and_an_interceptor_that_give_null_are_named() {
        lockers.handle("L7", COMMAND);
        var resolving = define().resolve(conflict -> nothing()).build();
        assertThatThrownBy(() -> resolving.handle("L7", COMMAND, atVersion(0)))
                .hasMessageContaining("the conflict resolver gave null");
        var adding =
                define().intercept(
                                new CommandInterceptor<>() {
                                    @Override
                                    public List<?> more(
                                            Decision<LockerCommand, LockerState, LockerEvent>
                                                    decision) {
                                        return nothing();
                                    }
                                })
                        .build();
        assertThatThrownBy(() -> adding.handle("L7", COMMAND))
                .hasMessageContaining("an interceptor gave null");
    }

    @Test
    void what_an_interceptor_gives_and_no_schema_knows_is_not_blamed_on_the_decider() {
        var adding =
                define().intercept(
                                new CommandInterceptor<>() {
                                    @Override
                                    public List<?> more(
                                            Decision<LockerCommand, LockerState, LockerEvent>
                                                    decision) {
                                        return List.of("a text");
                                    }
                                })
                        .build();
        assertThatThrownBy(() -> adding.handle("L7", COMMAND))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining(
                        "java.lang.String, which an interceptor gave, is none of them");
        assertThat(store.head()).isZero();
    }

    private RepositoryBuilder<LockerCommand, LockerState, LockerEvent> define() {
        return Leftfold.on(store).define("locker", new LockerDecider());
    }

    @Test
    void options_name_what_is_missing() {
        assertNames("actor", () -> by(nothing()));
        assertNames("reason", () -> by("anna").because(nothing()));
        assertNames("correlationId", () -> none().correlatedWith(nothing()));
        assertNames("causationId", () -> none().causedBy(nothing()));
        assertNames("key", () -> none().with(nothing(), "1"));
        assertNames("value", () -> none().with("key", nothing()));
        assertNames("trigger", () -> none().triggeredBy(nothing()));
        assertNames("handler", () -> CommandOptions.trigger(nothing(), "1"));
        assertNames("id", () -> CommandOptions.trigger("courier", nothing()));
    }

    @Test
    void decisions_name_what_is_missing() {
        var decisions =
                Leftfold.on(store)
                        .decisions(
                                "lockers",
                                new LockerDecider(),
                                EventSchema.of(LockerEvent.class),
                                command -> Query.category("locker"),
                                event -> StreamName.of("locker", "L7"))
                        .build();
        assertNames("command", () -> decisions.handle(nothing()));
        assertNames("options", () -> decisions.handle(COMMAND, nothing()));
        assertNames("command", () -> decisions.load(NullArgumentsTest.<LockerCommand>nothing()));
        assertNames("boundary", () -> decisions.load(NullArgumentsTest.<Query>nothing()));
        assertThat(decisions.handleAsync(COMMAND, none()).join().outcome())
                .isEqualTo(Outcome.STORED);
    }
}
