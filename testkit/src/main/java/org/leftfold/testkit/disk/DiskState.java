package org.leftfold.testkit.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Everything a simulated disk remembers: nodes, names, durable names, and the operations pending
 * between them. Guarded by its owner; the state inside a {@link CrashPoint} is frozen.
 */
final class DiskState {
    final int sectorBytes;
    boolean exists;
    int sequence;
    final List<Node> nodes = new ArrayList<>();
    final TreeMap<String, Integer> names;
    final TreeMap<String, Integer> durableNames;
    final List<Operation.Name> pendingNames;

    DiskState(int sectorBytes) {
        this.sectorBytes = sectorBytes;
        this.names = new TreeMap<>();
        this.durableNames = new TreeMap<>();
        this.pendingNames = new ArrayList<>();
    }

    private DiskState(DiskState other) {
        sectorBytes = other.sectorBytes;
        exists = other.exists;
        sequence = other.sequence;
        for (Node node : other.nodes) {
            nodes.add(node.copy());
        }
        names = new TreeMap<>(other.names);
        durableNames = new TreeMap<>(other.durableNames);
        pendingNames = new ArrayList<>(other.pendingNames);
    }

    /** An independent copy; bytes are shared until written to. */
    DiskState copy() {
        return new DiskState(this);
    }

    void apply(Operation operation) {
        switch (operation) {
            case Operation.Data data -> {
                sequence = data.sequence + 1;
                nodes.get(data.node).apply(data);
            }
            case Operation.Name name -> {
                sequence = name.sequence() + 1;
                if (name.kind() == Operation.Name.NameKind.CREATE) {
                    nodes.add(new Node());
                }
                name.applyTo(names);
                pendingNames.add(name);
            }
            case Operation.Barrier barrier -> apply(barrier);
        }
    }

    private void apply(Operation.Barrier barrier) {
        switch (barrier.kind()) {
            case FORCE -> nodes.get(barrier.node()).force();
            case FORGET -> nodes.get(barrier.node()).forget();
            case FORCE_NAMES -> {
                for (Operation.Name name : pendingNames) {
                    name.applyTo(durableNames);
                }
                pendingNames.clear();
            }
            case MAKE_DIRECTORY -> exists = true;
        }
    }

    /** Puts a file there durably, as if it had always been there. */
    void put(String name, byte[] bytes) {
        int node = nodes.size();
        nodes.add(Node.durable(bytes, bytes.length));
        names.put(name, node);
        durableNames.put(name, node);
    }

    /** Adds a durable node under a name; for images. */
    void put(String name, Node node) {
        names.put(name, nodes.size());
        durableNames.put(name, nodes.size());
        nodes.add(node);
    }

    /** Bytes of all files that have a name. */
    long usedBytes() {
        long used = 0;
        for (int node : names.values()) {
            used += nodes.get(node).size;
        }
        return used;
    }
}
