/**
 * Real database servers for tests and benchmarks, from Maven artefacts, with production durability.
 *
 * <p>{@link org.leftfold.servers.CuttingProxy} stands in front of a server and cuts connections.
 *
 * <p>Entry points: {@link org.leftfold.servers.PostgresServer} and {@link
 * org.leftfold.servers.MariaDbServer}; both give a {@link org.leftfold.servers.DatabaseServer}. A
 * start goes {@link org.leftfold.servers.MachineCache} (programs and an initialised data directory,
 * made once per machine), a copy of that directory, {@link org.leftfold.servers.ServerProcess}.
 * {@link org.leftfold.servers.SkipWithoutServer} skips the tests of a machine that has no such
 * programs.
 */
@NullMarked
package org.leftfold.servers;

import org.jspecify.annotations.NullMarked;
