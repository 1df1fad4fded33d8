/**
 * Event logs in XES (IEEE 1849) in both directions.
 *
 * <p>Entry points: {@link org.leftfold.cli.xes.XesImport} and {@link
 * org.leftfold.cli.xes.XesExport}. A trace becomes a stream and its events become events, as {@link
 * org.leftfold.cli.xes.XesEvents} decides; the rule for payloads is in {@link
 * org.leftfold.cli.xes.XesPayload}. What a log has besides traces is kept in a side file, see
 * {@link org.leftfold.cli.xes.LogFile}.
 */
@NullMarked
package org.leftfold.cli.xes;

import org.jspecify.annotations.NullMarked;
