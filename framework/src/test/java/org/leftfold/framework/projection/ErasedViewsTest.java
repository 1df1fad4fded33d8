package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.ErasureReceipt;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;

/** Rows of views forget a person too. */
class ErasedViewsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String ERIKA = "Erika Mustermann";

    sealed interface GuestEvent {
        @EventName("guest-named")
        record Named(@DataSubject String guest, @PersonalData String name) implements GuestEvent {}

        @EventName("guest-stayed")
        record Stayed(int nights) implements GuestEvent {}
    }

    private static final EventSchema<GuestEvent> SCHEMA = EventSchema.of(GuestEvent.class);

    static final class Card {
        private String name = "";
        private int nights;

        void apply(GuestEvent.Named named) {
            name = named.name();
        }

        void apply(GuestEvent.Stayed stayed) {
            nights += stayed.nights();
        }
    }

    private final EventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();
    private final Consumer<byte[]> random = seeded();
    private final AesKeyWrapping wrapping = new AesKeyWrapping(new byte[32], random);
    private final InMemoryKeyStore keys = new InMemoryKeyStore(random, wrapping);
    private final Privacy privacy = Privacy.builder(store, keys, wrapping).random(random).build();
    private final Leftfold leftfold = Leftfold.on(store).protecting(privacy);
    private final Projection<Card> cards =
            Projection.of("cards", Card.class, SCHEMA).keyedBy(Keying.streamId()).parts(2).build();

    private static Consumer<byte[]> seeded() {
        SplittableRandom source = new SplittableRandom(5);
        return bytes -> {
            synchronized (source) {
                source.nextBytes(bytes);
            }
        };
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void append(String guest, GuestEvent... events) {
        EventCodec<GuestEvent> codec = leftfold.codec(SCHEMA);
        StreamName stream = StreamName.of("guest", guest);
        for (GuestEvent event : events) {
            store.append(
                    stream,
                    ExpectedVersion.any(),
                    codec.encode(stream, event, Metadata.none(), Set.of()));
        }
    }

    /** Everything that the store of the views holds of rows, of any generation. */
    private List<String> bodies() {
        List<String> bodies = new ArrayList<>();
        for (int generation = 1; generation < 9; generation++) {
            View view = new View("cards", generation);
            views.inTransaction(transaction -> transaction.page(view, -1, "", 100)).stream()
                    .map(Row::body)
                    .forEach(body -> bodies.add(body.asText()));
        }
        return bodies;
    }

    private void fill() {
        append("17", new GuestEvent.Named("17", ERIKA), new GuestEvent.Stayed(2));
        append("18", new GuestEvent.Named("18", "Max"), new GuestEvent.Stayed(5));
    }

    @Test
    void rows_of_a_forgotten_subject_are_folded_anew_in_every_generation() throws Exception {
        fill();
        try (Projections projections = leftfold.projections(views).add(cards).start()) {
            assertThat(projections.await(cards, store.checkpoint(), LONG)).isTrue();
            Rebuild rebuild = projections.rebuild("cards");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            rebuild.swap(); // generation 1 is kept for a roll back
            rebuild.begin("anna"); // and is not any more
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            assertThat(bodies()).filteredOn(body -> body.contains(ERIKA)).hasSizeBetween(2, 3);
            privacy.onErasure("cards", projections.refoldOnErasure(cards, List::of));

            ErasureReceipt receipt = privacy.forget("17", "dpo", "request 4711");

            assertThat(receipt.derived().toString()).contains("CLEAN");
            assertThat(bodies()).noneMatch(body -> body.contains("Erika"));
            Card card = projections.rows(cards).find("17").orElseThrow();
            assertThat(card.nights).isEqualTo(2);
            assertThat(projections.rows(cards).find("18").orElseThrow().name).isEqualTo("Max");
            append("17", new GuestEvent.Stayed(1));
            assertThat(projections.await(cards, store.checkpoint(), LONG)).isTrue();
            assertThat(projections.rows(cards).find("17").orElseThrow().nights).isEqualTo(3);
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            assertThat(rebuild.verify().isEqual()).isTrue();
        }
    }

    @Test
    void a_view_may_be_rebuilt_instead_and_nothing_of_the_one_before_is_kept() throws Exception {
        fill();
        try (Projections projections = leftfold.projections(views).add(cards).start()) {
            assertThat(projections.await(cards, store.checkpoint(), LONG)).isTrue();
            privacy.onErasure("cards", projections.rebuildOnErasure(cards));

            ErasureReceipt receipt = privacy.forget("17", "dpo", "request 4711");

            assertThat(receipt.derived().toString()).contains("TO_REBUILD");
            Parcels.until(() -> projections.status("cards").generation() == 2);
            Parcels.until(() -> bodies().size() == 2);
            assertThat(bodies()).noneMatch(body -> body.contains("Erika"));
            assertThatThrownBy(() -> projections.rebuild("cards").rollBack("anna"))
                    .hasMessageContaining("no generation was kept");
        }
    }

    /** As docs/privacy.md has it for several programs. */
    @Test
    void a_program_that_has_the_key_yet_may_write_a_row_which_a_second_erasure_cleans()
            throws Exception {
        AtomicLong nanos = new AtomicLong();
        Privacy theirs =
                Privacy.builder(store, keys, wrapping).random(random).nanos(nanos::get).build();
        Leftfold elsewhere = Leftfold.on(store).protecting(theirs);
        StreamName stream = StreamName.of("guest", "17");
        try (Projections projections = elsewhere.projections(views).add(cards).start()) {
            EventCodec<GuestEvent> codec = elsewhere.codec(SCHEMA);
            store.append(
                    stream,
                    ExpectedVersion.any(),
                    codec.encode(
                            stream, new GuestEvent.Named("17", ERIKA), Metadata.none(), Set.of()));
            assertThat(projections.await(cards, store.checkpoint(), LONG)).isTrue();
            privacy.onErasure("cards", projections.refoldOnErasure(cards, List::of));

            assertThat(privacy.forget("17", "dpo", "asked").isComplete()).isTrue();
            store.append(
                    stream,
                    ExpectedVersion.any(),
                    codec.encode(
                            stream, new GuestEvent.Named("17", ERIKA), Metadata.none(), Set.of()));
            assertThat(projections.await(cards, store.checkpoint(), LONG)).isTrue();
            assertThat(bodies()).as("for a minute").anyMatch(body -> body.contains("Erika"));

            nanos.addAndGet(Privacy.Builder.DEFAULT_KEY_CACHE.toNanos());
            assertThat(privacy.forget("17", "dpo", "again").isComplete()).isTrue();
            assertThat(bodies()).noneMatch(body -> body.contains("Erika"));
            assertThatThrownBy(() ->
                            codec.encode(
                                    stream,
                                    new GuestEvent.Named("17", ERIKA),
                                    Metadata.none(),
                                    Set.of()))
                    .hasMessageContaining("LF-1209");
        }
    }

    @Test
    void personal_data_is_not_emitted() {
        assertThatThrownBy(() ->
                        Projection.of("cards", Card.class, SCHEMA)
                                .emitting(SCHEMA, (row, event, key) -> List.of()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("has personal data");
    }
}
