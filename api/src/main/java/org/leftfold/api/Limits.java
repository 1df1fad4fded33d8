package org.leftfold.api;

/**
 * The limits of the contract, the same on every store. A value at its limit is accepted, one above
 * is refused with an {@link InvalidRequestException} before anything is stored.
 */
public final class Limits {
    /**
     * Longest stream name, event type, tag, condition name or metadata key, as UTF-8: fits a length
     * byte.
     */
    public static final int MAX_NAME_BYTES = 255;

    /**
     * Largest payload of one event: larger things belong beside the log, with a reference in the
     * event.
     */
    public static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** Largest metadata of one event, the sum of its keys and values as UTF-8. */
    public static final int MAX_METADATA_BYTES = 64 << 10;

    /** Most metadata entries of one event. */
    public static final int MAX_METADATA_ENTRIES = 256;

    /** Most tags of one event: every tag is an index entry. */
    public static final int MAX_TAGS_PER_EVENT = 64;

    /** Most events of one append, over all its streams. */
    public static final int MAX_EVENTS_PER_APPEND = 4096;

    /**
     * Largest append: the sum of {@link NewEvent#sizeBytes()} of its events. One append is one disk
     * frame.
     */
    public static final int MAX_APPEND_BYTES = 16 << 20;

    /** Most streams that one append may write. */
    public static final int MAX_STREAMS_PER_APPEND = 256;

    /** Most conditions of one append: each is checked while other appends wait. */
    public static final int MAX_CONDITIONS_PER_APPEND = 64;

    /** Most items of one query. */
    public static final int MAX_QUERY_ITEMS = 64;

    /** Most terms (streams, categories, types and tags together) of one query item. */
    public static final int MAX_TERMS_PER_ITEM = 128;

    private Limits() {}
}
