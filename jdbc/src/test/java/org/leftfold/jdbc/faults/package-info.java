/**
 * Faults and races on real database servers: sessions that are killed, connections cut at each
 * message, servers killed under load, full disks, several processes. Start with {@link
 * org.leftfold.jdbc.faults.Ledger}, which says what must hold after each of them.
 */
@NullMarked
package org.leftfold.jdbc.faults;

import org.jspecify.annotations.NullMarked;
