package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.leftfold.framework.codec.DomainEvent;

/** Hands events to the methods of a subscriber. Of one thread. */
final class HandlerSession<E> implements Session<E> {
    private final Object subscriber;
    private final Dispatch dispatch;
    private final Place place;
    private final boolean isRebuild;
    private final List<Runnable> effects = new ArrayList<>();

    HandlerSession(Object subscriber, Dispatch dispatch, Place place, boolean isRebuild) {
        this.isRebuild = isRebuild;
        this.subscriber = subscriber;
        this.dispatch = dispatch;
        this.place = place;
    }

    @Override
    public boolean hasRows() {
        return false; // what a subscriber reads is its own affair
    }

    @Override
    public void prepare(Collection<String> keys) {}

    @Override
    public void apply(String key, DomainEvent<E> event) throws Exception {
        dispatch.call(
                subscriber,
                event,
                new Delivery(place.view(), key, isRebuild, place.transaction(), effects));
    }

    @Override
    public void flush() {
        // it has written as it went
    }

    @Override
    public String failedKey() {
        return "";
    }

    @Override
    public List<Runnable> effects() {
        return effects;
    }
}
