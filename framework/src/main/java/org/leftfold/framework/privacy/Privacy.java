package org.leftfold.framework.privacy;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.NameRule;
import org.leftfold.framework.privacy.SubjectKeys.LiveKey;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Personal data in events: encrypts it by a key for each data subject, and forgets subjects by
 * destroying theirs.
 *
 * <pre>{@code
 * var privacy = Privacy.of(store, keyStore, wrapping);
 * var leftfold = Leftfold.on(store).protecting(privacy);
 * ...
 * ErasureReceipt receipt = privacy.forget("17", "dpo@example.org", "request 4711");
 * }</pre>
 *
 * <p>After {@link #forget} the events stay where they are, and what was personal in them reads as
 * erased. One object for each store and program, which all repositories share. Safe for any thread.
 */
public final class Privacy {
    /** The stream with the erasures. Never delete, truncate or let a retention rule shorten it. */
    public static final StreamName ERASURES = StreamName.of("erasures", "all");

    /** The field of an event that holds what is encrypted, and can be read at its place only. */
    public static final String EVENT_FIELD = EventPrivacy.BLOCK;

    /** Fields that hold what is encrypted; no event and no state has others of these names. */
    public static final Set<String> RESERVED_FIELDS =
            Set.of(EventPrivacy.BLOCK, SealedStates.BLOCK);

    /** Ids of subjects that begin so are those of the framework. */
    private static final String RESERVED_PREFIX = "leftfold.";

    private static final String BLINDING_SUBJECT = RESERVED_PREFIX + "blinding";
    private static final byte[] BLOCK_NAME =
            ("\"" + EventPrivacy.BLOCK + "\"").getBytes(StandardCharsets.UTF_8);
    private static final int BLINDED_CHARS = 32;

    private final KeyStore keyStore;
    private final SubjectKeys keys;
    private final Redaction redaction;
    private final Consumer<byte[]> random;
    private final Erasures erasures;
    private final Map<String, ErasureHook> hooks = new ConcurrentSkipListMap<>();
    private final List<WeakReference<Consumer<String>>> caches = new CopyOnWriteArrayList<>();

    private Privacy(Builder builder) {
        this.keyStore = builder.keys;
        ErasureList list =
                new ErasureList(builder.store, builder.keyCache.toNanos(), builder.nanos);
        this.keys =
                new SubjectKeys(
                        builder.keys,
                        builder.wrapping,
                        list::contains,
                        builder.keyCache,
                        builder.maxUsesPerKey,
                        builder.nanos);
        this.redaction = builder.redaction;
        this.random = builder.random;
        this.erasures = new Erasures(builder.store, this, list);
    }

    /**
     * With defaults; see {@link Builder}.
     *
     * @param store where the erasures are recorded: the store with the events
     * @param keys keeps the keys, outside of the store and its backups
     * @param wrapping what {@code keys} was opened with
     */
    public static Privacy of(EventStore store, KeyStore keys, KeyWrapping wrapping) {
        return builder(store, keys, wrapping).build();
    }

    /** Begins one with other than the defaults. */
    public static Builder builder(EventStore store, KeyStore keys, KeyWrapping wrapping) {
        return new Builder(store, keys, wrapping);
    }

    /** Puts it together. Not safe for several threads. */
    public static final class Builder {
        /** Keys are unwrapped once a minute, and what others forget is found out as fast. */
        public static final Duration DEFAULT_KEY_CACHE = Duration.ofMinutes(1);

        /**
         * Events that one program encrypts with a version of a key. Every event has a key derived
         * for itself, so this is no limit of the algorithm: it bounds what one key protects.
         */
        public static final long DEFAULT_MAX_USES_PER_KEY = 1L << 20;

        private final EventStore store;
        private final KeyStore keys;
        private final KeyWrapping wrapping;
        private Redaction redaction = Redaction.AS_STORED;
        private Duration keyCache = DEFAULT_KEY_CACHE;
        private long maxUsesPerKey = DEFAULT_MAX_USES_PER_KEY;
        private Consumer<byte[]> random = SystemSource::fill;
        private LongSupplier nanos = SystemSource::nanos;

        private Builder(EventStore store, KeyStore keys, KeyWrapping wrapping) {
            this.store = store;
            this.keys = keys;
            this.wrapping = wrapping;
        }

        /** What is read in place of erased data; what was stored with it unless given. */
        public Builder redaction(Redaction how) {
            redaction = how;
            return this;
        }

        /**
         * How long unwrapped keys stay in memory, and thus how long it takes at most until this
         * program notices what another one forgot.
         */
        public Builder keyCache(Duration longest) {
            keyCache = longest;
            return this;
        }

        /** After how many events of a subject its key is renewed, at least 1. */
        public Builder maxUsesPerKey(long events) {
            if (events < 1) {
                throw new IllegalArgumentException(
                        "a key that may be used %d times is no use: give at least 1"
                                .formatted(events));
            }
            maxUsesPerKey = events;
            return this;
        }

        /** Fills arrays with bytes that nobody can guess; for tests with seeds. */
        public Builder random(Consumer<byte[]> bytes) {
            random = bytes;
            return this;
        }

        /** Time in nanoseconds from any origin; for tests. */
        public Builder nanos(LongSupplier clock) {
            nanos = clock;
            return this;
        }

        /** The privacy. */
        public Privacy build() {
            return new Privacy(this);
        }
    }

    // Erasure

    /**
     * Forgets a data subject: its keys are destroyed, durable on return, and from then on its data
     * in all events reads as erased. Recorded before and after, as an event each, with who and why
     * and without the id. May be repeated, after a crash or where the receipt is not complete.
     *
     * <p>Other programs that have read keys before may still use them for {@link
     * Builder#keyCache(Duration)}, and write what they read into views: repeat it when that time is
     * over. A receipt without key fingerprints says that nobody had a key under this id; the id is
     * used up all the same, and personal data under it is refused from then on (LF-1209). What a
     * hook failed on is in the receipt, and with all it says, which may be personal, logged under
     * {@code org.leftfold.framework.privacy}.
     *
     * @param subject the id of the subject
     * @param actor who asks for it
     * @param reason why; stored for ever, so nothing personal
     * @throws InvalidRequestException if one of them is blank or no legal name (LF-1001); nothing
     *     was done
     * @throws org.leftfold.api.StoreUnavailableException if one of the two stores does not answer
     *     (LF-3xxx); the keys may be gone or not: repeat it
     */
    public ErasureReceipt forget(String subject, String actor, String reason) {
        checked(subject);
        NameRule.check("actor", actor);
        if (reason.isBlank()) {
            throw InvalidRequestException.name("reason", reason, "it is blank");
        }
        keys.refresh(subject);
        return erasures.erase(
                subject, new ErasureList.Intent(actor, reason), keys.fingerprints(subject));
    }

    /**
     * Calls this one for every erasure from now on.
     *
     * @param name what receipts call it; one hook has it
     */
    public void onErasure(String name, ErasureHook hook) {
        if (hooks.putIfAbsent(NameRule.check("hook name", name), hook) != null) {
            throw new IllegalArgumentException(
                    "an erasure hook is called '%s' already: choose another name".formatted(name));
        }
    }

    /** The receipts of all erasures that were finished, oldest first. */
    public List<ErasureReceipt> receipts() {
        return erasures.receipts();
    }

    /** Whether a receipt is about this subject. */
    public static boolean isAbout(ErasureReceipt receipt, String subject) {
        return Erasures.isAbout(receipt.fingerprint(), subject);
    }

    /**
     * Forgets again who was forgotten before: to be called when the key store was restored from a
     * copy, for the keys of forgotten subjects are in there again, though this reads nothing by
     * them; and after a crash, to bring erasures to an end that were begun. Each gives another
     * receipt. It reads the whole store, once.
     *
     * @return how many subjects had come back, or were not forgotten to the end
     */
    public long reapplyErasures() {
        return reapplyErasures(Privacy::jsonOf);
    }

    /** What is no JSON object was not encrypted here. */
    private static ObjectNode jsonOf(Payload payload) {
        try {
            return Json.read(payload.toByteArray()) instanceof ObjectNode object
                    ? object
                    : JsonNodeFactory.instance.objectNode();
        } catch (JacksonException e) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    /** The same for payloads that are not JSON. */
    public long reapplyErasures(Function<Payload, ObjectNode> format) {
        return erasures.reapply(format);
    }

    /**
     * Wraps the keys of all subjects by the current master key; see {@link KeyStore#rewrap}.
     *
     * @return how many were wrapped anew
     */
    public long rewrapKeys() {
        return keyStore.rewrap();
    }

    List<KeyStore.SubjectKey> destroy(String subject) {
        List<KeyStore.SubjectKey> destroyed = keys.forget(subject);
        caches.removeIf(each -> each.get() == null);
        for (WeakReference<Consumer<String>> each : caches) {
            Consumer<String> cache = each.get();
            if (cache != null) {
                cache.accept(subject);
            }
        }
        return destroyed;
    }

    boolean areAbsent(String subject, int versions) {
        for (int version = 1; version <= versions; version++) {
            if (keyStore.find(subject, version).isPresent()) {
                return false;
            }
        }
        return keyStore.isForgotten(subject);
    }

    boolean isForgottenForSure(String subject) {
        return keyStore.isForgotten(subject);
    }

    /** An id of a subject that the application may use. */
    static String checked(String subject) {
        NameRule.checkUnseen("data subject", subject);
        if (subject.startsWith(RESERVED_PREFIX)) {
            throw InvalidRequestException.name(
                    "data subject",
                    "...",
                    "ids that begin with '%s' are those of the framework"
                            .formatted(RESERVED_PREFIX));
        }
        return subject;
    }

    // Tags

    /**
     * The tag by which events with a value are found, whoever it is of: of a component with {@link
     * PersonalData#blindedTag} and {@link Blinding#STORE}. The value is compared as it is written.
     */
    public Tag tag(String key, String value) {
        return blinded(BLINDING_SUBJECT, key, value);
    }

    /**
     * The same for {@link Blinding#SUBJECT}, which is what a blinded tag is unless said otherwise.
     *
     * @throws PersonalDataException if the subject was forgotten (LF-1209)
     */
    public Tag tagOf(String subject, String key, String value) {
        return blinded(checked(subject), key, value);
    }

    /** By the first version of a key, so that tags stay the same when it is renewed. */
    private Tag blinded(String subject, String key, String value) {
        LiveKey first =
                keys.find(subject, 1)
                        .or(() -> keys.current(subject).flatMap(any -> keys.find(subject, 1)))
                        .orElseThrow(
                                () -> PersonalDataException.forgotten("tag " + key, "/" + key));
        byte[] blinded = first.derive("leftfold tag 1", key, value);
        return new Tag(key, HexFormat.of().formatHex(blinded).substring(0, BLINDED_CHARS));
    }

    // What codecs and repositories need

    /** What is wrong with the personal data of a class of events; each with what to do. */
    public static List<String> problemsOf(Class<?> eventClass) {
        return Definition.in(eventClass).problems();
    }

    /** What a format has to be able to read after an erasure. */
    public static List<ErasedAs> erasedValues(Class<?> eventClass) {
        return Definition.in(eventClass).erased();
    }

    /** Whether all events of a class have personal data. */
    public static boolean isPersonal(Class<?> eventClass) {
        return Definition.in(eventClass).isPersonal();
    }

    /** Whether an event may have personal data that its class does not tell. */
    public static boolean isOpen(Class<?> eventClass) {
        return Definition.in(eventClass).isOpen();
    }

    /** Whether an event has personal data; to be asked where its class does not tell. */
    public static boolean holdsPersonalData(Object event) {
        return EventPrivacy.isPersonal(event);
    }

    /** Whether a stored payload may hold encrypted data: false is sure. */
    public static boolean mayBeProtected(Payload payload) {
        int last = payload.sizeBytes() - BLOCK_NAME.length;
        for (int i = 0; i <= last; i++) {
            int j = 0;
            while (j < BLOCK_NAME.length && payload.byteAt(i + j) == BLOCK_NAME[j]) {
                j++;
            }
            if (j == BLOCK_NAME.length) {
                return true;
            }
        }
        return false;
    }

    /** Whether a payload holds encrypted data. */
    public static boolean isProtected(ObjectNode tree) {
        return tree.has(EventPrivacy.BLOCK);
    }

    /**
     * Encrypts the personal data of an event. Its keys are durable on return.
     *
     * @param tree the JSON of the event, which is changed
     * @param plainTags its tags so far, none of which may be personal
     * @return its blinded tags
     * @throws PersonalDataException if a subject was forgotten (LF-1209), or personal data is in a
     *     name (LF-1210)
     */
    public Set<Tag> protect(
            EventPlace place, Object event, ObjectNode tree, Collection<Tag> plainTags) {
        return new EventPrivacy(this, place, plainTags).protect(event, tree);
    }

    /**
     * Decrypts the personal data of a stored event, or redacts it.
     *
     * @param tree its payload, which is changed
     * @param subjects is told whose data it has that was not erased
     * @throws org.leftfold.api.IntegrityException if it is not what was encrypted for this event
     *     (LF-4001), or a key is missing that was not destroyed (LF-4201)
     */
    public void open(RecordedEvent stored, ObjectNode tree, Consumer<String> subjects) {
        new EventOpening(this, stored).open(tree, subjects);
    }

    /** Whether one of those whose data is in a stored payload was forgotten. */
    public boolean isErased(ObjectNode tree) {
        for (JsonNode key : tree.path(EventPrivacy.BLOCK).path("keys")) {
            if (keys.isForgotten(key.path(0).asString())) {
                return true;
            }
        }
        return false;
    }

    /** Whose data an event has. */
    public static Set<String> subjectsOf(Object event) {
        Set<String> subjects = new TreeSet<>();
        EventPrivacy.collectSubjects(event, subjects);
        return subjects;
    }

    /** Whether none of them was forgotten, as far as is known here. */
    public boolean areReadable(Collection<String> subjects) {
        return subjects.stream().allMatch(keys::isReadable);
    }

    /** Whether one of them was forgotten, as far as this program knows; asks no store. */
    public boolean knowsErasureOf(Collection<String> subjects) {
        return subjects.stream().anyMatch(keys::isKnownForgotten);
    }

    /** The snapshots of states with personal data. */
    public SealedStates states() {
        return new SealedStates(this);
    }

    /**
     * Tells a cache whom to drop, as long as it is used.
     *
     * @param cache drops what it has of a subject; kept by a weak reference
     */
    public void tellForgotten(Consumer<String> cache) {
        caches.add(new WeakReference<>(cache));
    }

    SubjectKeys keys() {
        return keys;
    }

    Redaction redaction() {
        return redaction;
    }

    Consumer<byte[]> random() {
        return random;
    }

    Map<String, ErasureHook> hooks() {
        return hooks;
    }
}
