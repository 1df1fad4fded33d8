package org.leftfold.framework.repository;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.spi.NameRule;

/**
 * What goes with a command: who and why, the version that the caller saw, the message behind it.
 * Immutable.
 *
 * <pre>{@code
 * lockers.handle("L7", new Reserve("p1"), by("anna").because("pickup").expecting(3));
 * }</pre>
 */
public final class CommandOptions {
    private static final CommandOptions NONE = new CommandOptions(Metadata.none(), -1, null);

    private final Metadata metadata;
    private final long expected; // -1 for any
    private final @Nullable MessageId message;

    private CommandOptions(Metadata metadata, long expected, @Nullable MessageId message) {
        this.metadata = metadata;
        this.expected = expected;
        this.message = message;
    }

    /** Nothing. */
    public static CommandOptions none() {
        return NONE;
    }

    /**
     * Who gives the command; stored with every event.
     *
     * @throws InvalidRequestException if it is no legal name, such as a blank one (LF-1001)
     */
    public static CommandOptions by(String actor) {
        Objects.requireNonNull(actor, "actor");
        return NONE.with(Metadata.ACTOR, NameRule.checkUnseen("actor", actor));
    }

    /** The message behind the command; see {@link #triggeredBy(MessageId)}. */
    public static CommandOptions trigger(String handler, String id) {
        return NONE.triggeredBy(new MessageId(handler, id));
    }

    /** The version that the caller decided on; see {@link #expecting}. */
    public static CommandOptions atVersion(long version) {
        return NONE.expecting(version);
    }

    /**
     * And why; stored with every event.
     *
     * @param reason any text, of several lines if need be
     * @throws InvalidRequestException if it is blank (LF-1001)
     */
    public CommandOptions because(String reason) {
        if (Objects.requireNonNull(reason, "reason").isBlank()) {
            throw InvalidRequestException.name("reason", reason, "it is blank");
        }
        return with(Metadata.REASON, reason);
    }

    /** And the conversation or business transaction it belongs to. */
    public CommandOptions correlatedWith(String correlationId) {
        return with(
                Metadata.CORRELATION_ID, Objects.requireNonNull(correlationId, "correlationId"));
    }

    /** And the event or message that led to it. */
    public CommandOptions causedBy(String causationId) {
        return with(Metadata.CAUSATION_ID, Objects.requireNonNull(causationId, "causationId"));
    }

    /** And one more entry of metadata. */
    public CommandOptions with(String key, String value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        return new CommandOptions(metadata.with(key, value), expected, message);
    }

    /**
     * And the version of the stream that the caller decided on, such as the one a form was filled
     * in on. If the stream has moved on, the command conflicts instead of being decided again; a
     * {@link ConflictResolver} may settle it.
     *
     * @param version at least 0, which is a stream that does not exist
     */
    public CommandOptions expecting(long version) {
        if (version < 0) {
            throw new IllegalArgumentException(
                    "version %d cannot be expected: versions start at 1, 0 is no stream"
                            .formatted(version));
        }
        return new CommandOptions(metadata, version, message);
    }

    /**
     * And the message behind it, which is handled once: when it comes again nothing happens, and
     * the outcome says so. It is also the cause of the events unless another one was given.
     */
    public CommandOptions triggeredBy(MessageId trigger) {
        return new CommandOptions(metadata, expected, Objects.requireNonNull(trigger, "trigger"));
    }

    /** What is stored with every event. */
    public Metadata metadata() {
        return message == null || metadata.value(Metadata.CAUSATION_ID).isPresent()
                ? metadata
                : metadata.with(Metadata.CAUSATION_ID, message.id());
    }

    /** The version that the caller decided on. */
    public OptionalLong expectedVersion() {
        return expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected);
    }

    /** The message behind it. */
    public Optional<MessageId> message() {
        return Optional.ofNullable(message);
    }

    /** Keys without values: who and why are personal data. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("options ").append(metadata().asMap().keySet());
        if (expected >= 0) {
            text.append(", version ").append(expected).append(" expected");
        }
        if (message != null) {
            text.append(", triggered by ").append(message.tag());
        }
        return text.toString();
    }

    /** The stream that remembers the message, if there is one and it was handled. */
    Optional<StreamName> handledIn(EventStore store) {
        return message().flatMap(id -> id.handledIn(store));
    }

    /** The tags of every event that comes of it. */
    Set<Tag> tags() {
        return message == null ? Set.of() : Set.of(message.tag());
    }
}
