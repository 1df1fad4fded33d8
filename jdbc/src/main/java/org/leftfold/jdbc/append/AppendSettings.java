package org.leftfold.jdbc.append;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How appends are made.
 *
 * @param clock gives the times of recording; null for the database's own
 * @param trusting whether settings of the server that lose data are accepted
 */
public record AppendSettings(@Nullable InstantSource clock, boolean trusting) {}
