package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.testkit.tck.spi.SpiTckStore;
import org.leftfold.testkit.tck.spi.ViewParkedTck;
import org.leftfold.testkit.tck.spi.ViewStoreTck;

/**
 * Views in H2: in memory, in a file that is closed and opened again, and where it mimics others.
 */
class H2ViewStoreTckTest {
    private static final AtomicLong DATABASES = new AtomicLong();

    private static JdbcDataSource source(String url) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url);
        return source;
    }

    private static SpiTckStore<ViewStore> inMemory(String settings) {
        JdbcDataSource source =
                source(
                        "jdbc:h2:mem:views%d;DB_CLOSE_DELAY=-1%s"
                                .formatted(DATABASES.incrementAndGet(), settings));
        return ViewTables.open(source, () -> {}, () -> ViewTables.execute(source, "shutdown"));
    }

    @Nested
    class InMemory implements ViewStoreTck {
        @Override
        public SpiTckStore<ViewStore> openViews() {
            return inMemory("");
        }
    }

    /** What texts are the same depends on settings, and so does what statements mean. */
    @Nested
    class AsPostgresIgnoringCase implements ViewParkedTck {
        @Override
        public SpiTckStore<ViewStore> openViews() {
            return inMemory(
                    ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;IGNORECASE=TRUE");
        }
    }

    @Nested
    class AsMariaDb implements ViewParkedTck {
        @Override
        public SpiTckStore<ViewStore> openViews() {
            return inMemory(";MODE=MariaDB;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
        }
    }

    @Nested
    class InAFile implements ViewStoreTck {
        @TempDir Path directory;

        @Override
        public SpiTckStore<ViewStore> openViews() {
            JdbcDataSource source =
                    source(
                            "jdbc:h2:file:%s;DB_CLOSE_DELAY=-1"
                                    .formatted(
                                            directory.resolve("v" + DATABASES.incrementAndGet())));
            Runnable shutdown = () -> ViewTables.execute(source, "shutdown");
            SpiTckStore<ViewStore> opened = ViewTables.open(source, shutdown, shutdown);
            assertThat(directory).isNotEmptyDirectory();
            return opened;
        }
    }
}
