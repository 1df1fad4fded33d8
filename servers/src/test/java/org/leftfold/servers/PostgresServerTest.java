package org.leftfold.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresServerTest extends DatabaseServerRules {
    @Override
    DatabaseServer start(ServerOptions options) {
        return PostgresServer.start(options);
    }

    @Override
    DatabaseServer shared() {
        return PostgresServer.shared();
    }

    @Override
    ServerOptions withSetting() {
        return ServerOptions.STANDARD.with("max_connections", "17");
    }

    @Override
    Map<String, String> settingsWithThat() {
        return Map.of(
                "SHOW max_connections", "17",
                "SHOW fsync", "on",
                "SHOW synchronous_commit", "on",
                "SHOW full_page_writes", "on",
                "SHOW server_encoding", "UTF8",
                "SHOW listen_addresses", "127.0.0.1");
    }

    @Override
    ServerOptions withNonsense() {
        return ServerOptions.STANDARD.with("no_such_setting", "1");
    }

    @Override
    String nonsense() {
        return "unrecognized configuration parameter \"no_such_setting\"";
    }

    @Override
    String recovery() {
        return "database system was not properly shut down";
    }

    @Test
    void a_killed_server_leaves_no_shared_memory_behind() {
        SharedMemory memory;
        try (DatabaseServer server = start(ServerOptions.STANDARD)) {
            memory = SharedMemory.of(ProcessHandle.of(server.pid()).stream().toList());
            assertThat(memory.files()).isNotEmpty().allSatisfy(DatabaseServerRules::exists);
            assertThat(memory.segments()).isNotEmpty();
            server.kill();
        }
        assertThat(memory.files()).noneMatch(DatabaseServerRules::isThere);
        assertThat(memory.segments()).noneMatch(DatabaseServerRules::isSegment);
    }
}
