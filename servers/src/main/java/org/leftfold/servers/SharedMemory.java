package org.leftfold.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The named shared memory of a killed PostgreSQL, which would stay on the machine until it is
 * started again: the server that recovers removes it, so only one that never does needs this.
 */
record SharedMemory(Set<String> files, Set<String> segments) {
    private static final Pattern FILE = Pattern.compile("/dev/shm/PostgreSQL\\.\\d+");
    private static final Pattern SEGMENT = Pattern.compile("\\s(\\d+)\\s+/SYSV[0-9a-f]+");

    /** What these processes have mapped. */
    static SharedMemory of(List<ProcessHandle> processes) {
        Set<String> files = new HashSet<>();
        Set<String> segments = new HashSet<>();
        for (ProcessHandle process : processes) {
            String maps = maps(process.pid());
            FILE.matcher(maps).results().forEach(found -> files.add(found.group()));
            Matcher segment = SEGMENT.matcher(maps);
            segment.results().forEach(found -> segments.add(found.group(1)));
        }
        return new SharedMemory(files, segments);
    }

    private static String maps(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/maps"));
        } catch (IOException e) {
            return ""; // It has ended meanwhile.
        }
    }

    void remove() throws IOException {
        for (String file : files) {
            Files.deleteIfExists(Path.of(file));
        }
        for (String segment : segments) {
            Process process =
                    Commands.builder(List.of("sh", "-c", "ipcrm -m \"$1\"", "sh", segment)).start();
            process.getInputStream().readAllBytes();
        }
    }
}
