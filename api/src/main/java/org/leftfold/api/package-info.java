/**
 * The contract of an event store: append, read, follow.
 *
 * <p>Entry point: {@link org.leftfold.api.EventStore}. A write goes {@link
 * org.leftfold.api.NewEvent}, {@link org.leftfold.api.Append}, {@link
 * org.leftfold.api.EventStore#append(Append)}, {@link org.leftfold.api.AppendResult}; a read goes
 * {@link org.leftfold.api.ReadRequest}, {@link org.leftfold.api.EventStore#read}, {@link
 * org.leftfold.api.Events}, {@link org.leftfold.api.RecordedEvent}; a follower goes {@link
 * org.leftfold.api.FollowRequest}, {@link org.leftfold.api.EventStore#follow}, {@link
 * org.leftfold.api.EventHandler}.
 *
 * <p>{@link org.leftfold.api.InMemoryEventStore} is this contract in executable form. What is
 * promised, and which test proves it, is in {@code docs/guarantees.md} (G1 to G10); the errors are
 * in {@code docs/errors.md}.
 */
@NullMarked
package org.leftfold.api;

import org.jspecify.annotations.NullMarked;
