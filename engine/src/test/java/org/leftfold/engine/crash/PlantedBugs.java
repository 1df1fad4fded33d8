package org.leftfold.engine.crash;

import java.util.List;
import java.util.stream.Stream;
import org.leftfold.engine.crash.PlantedBug.Edit;

/** Mistakes that the crash tests must find, each on its own. */
@SuppressWarnings("StringConcatToTextBlock") // indentation is a part of the snippets
final class PlantedBugs {
    private PlantedBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(
                        forces(),
                        forcesOfRecovery(),
                        checks(),
                        recovery(),
                        decisions(),
                        indexing(),
                        scavenging())
                .flatMap(List::stream)
                .toList();
    }

    private static PlantedBug bug(String name, Edit... edits) {
        return new PlantedBug(name, List.of(edits));
    }

    private static Edit edit(String file, String original, String replacement) {
        return new Edit(file, original, replacement);
    }

    private static List<PlantedBug> forces() {
        return List.of(
                bug(
                        "a commit is not forced",
                        edit(
                                "log/ActiveSegment",
                                "segment.file().force();\n        } catch (IOException e) {\n"
                                        + "            throw new ForceFailure(e);\n        }\n"
                                        + "        durableTally",
                                "flush();\n        } catch (IOException e) {\n"
                                        + "            throw new ForceFailure(e);\n        }\n"
                                        + "        durableTally")),
                bug(
                        "shown before it is forced",
                        edit(
                                "Committer",
                                "log.force();\n            group.index();\n            publish();",
                                "group.index();\n            publish();\n            log.force();")),
                bug(
                        "half a batch is shown",
                        edit(
                                "Committer",
                                "log.force();\n            group.index();\n            publish();",
                                "log.force();\n            group.index();\n"
                                        + "            log.publish(log.durableEnd().head() + 1);")),
                bug(
                        "no directory force after the rename of a segment",
                        edit(
                                "log/SegmentMaker",
                                "            try {\n                directory.force();",
                                "            try {\n                spare.size();")),
                bug(
                        "the header is not forced before the rename",
                        edit(
                                "log/SegmentMaker",
                                "            force(spare);\n            directory.rename",
                                "            directory.rename")),
                bug(
                        "the manifest is not forced",
                        edit(
                                "log/Manifest",
                                "Access.WRITE)) {\n            file.write((sequence & 1) * SLOT_DISTANCE,"
                                        + " ByteBuffer.wrap(encode()));\n"
                                        + "            file.force();\n        }\n    }",
                                "Access.WRITE)) {\n            file.write((sequence & 1) * SLOT_DISTANCE,"
                                        + " ByteBuffer.wrap(encode()));\n        }\n    }")),
                bug(
                        "the seal is not forced",
                        edit(
                                "log/ActiveSegment",
                                "sealCrc = codec.headCrc();\n        force();",
                                "sealCrc = codec.headCrc();\n        flush();\n"
                                        + "        durableBytes = writtenBytes;")),
                bug(
                        "a failed force is tried again",
                        edit(
                                "log/ActiveSegment",
                                "            throw new ForceFailure(e);\n        }\n"
                                        + "        durableTally",
                                "            segment.file().force();\n        }\n"
                                        + "        durableTally")));
    }

    private static List<PlantedBug> forcesOfRecovery() {
        return List.of(
                bug(
                        "recovery does not force the directory",
                        edit(
                                "recovery/Recovery",
                                "directory.force(); // names",
                                "directory.describe(); // names")),
                bug(
                        "recovery does not force the log",
                        edit(
                                "recovery/Recovery",
                                "replay.lastMark(), end);\n            }\n            file.force();",
                                "replay.lastMark(), end);\n            }")));
    }

    private static List<PlantedBug> checks() {
        return List.of(
                bug(
                        "a walk does not check bodies",
                        edit("log/FrameScanner", "|| !header.bodyMatches(block, bodyIndex)", "")),
                bug(
                        "a fetch does not check bodies",
                        edit(
                                "log/FrameReader",
                                "|| !header.bodyMatches(buffer, header.headBytes())",
                                "")),
                bug(
                        "the checksum leaves out the last byte",
                        edit(
                                "log/Bytes",
                                "crc.update(source, index, byteCount);",
                                "crc.update(source, index, Math.max(0, byteCount - 1));"),
                        edit(
                                "log/FrameHeader",
                                "crc.update(source, index, bodyBytes);",
                                "crc.update(source, index, Math.max(0, bodyBytes - 1));")),
                bug(
                        "the head's checksum leaves out the place",
                        edit(
                                "log/FrameHeader",
                                "crc.update(identity, 0, IDENTITY_BYTES + headBytesCovered);",
                                "crc.update(identity, IDENTITY_BYTES, headBytesCovered);")),
                bug(
                        "the seal is not compared",
                        edit("recovery/Replay", "!tally.isSealedBy(scanner)", "false")),
                bug(
                        "a broken segment before the last is not reported",
                        edit(
                                "recovery/Verifier",
                                "if (stop.ending() != Replay.Ending.SEALED) {",
                                "if (stop.ending() == Replay.Ending.OPEN) {")),
                bug(
                        "missing segments at the end are not noticed",
                        edit("recovery/Recovery", "if (count < known) {", "if (count < 0) {")),
                bug(
                        "a log without a manifest is started anew",
                        edit(
                                "recovery/StoreCreation",
                                "if (!first || !Tail.isZero(file, SegmentHeader.BYTES)) {",
                                "if (file.size() < 0) {")));
    }

    private static List<PlantedBug> recovery() {
        return List.of(
                bug(
                        "no search for frames behind a damage",
                        edit(
                                "recovery/Recovery",
                                "if (findings.witness() >= 0) {",
                                "if (false) {")),
                bug(
                        "the mark is not compared",
                        edit(
                                "recovery/Recovery",
                                "&& mark.get().offset() > stop.offset()) {",
                                "&& mark.get().offset() < 0) {")),
                bug(
                        "a remnant stays",
                        edit(
                                "recovery/Recovery",
                                "if (garbageEnd > end) {",
                                "if (garbageEnd < 0) {")),
                bug(
                        "what is above the mark is not written again",
                        edit(
                                "recovery/Recovery",
                                "                rewrite(last, file, replay.lastMark(), end);\n",
                                "")),
                bug(
                        "openings are not counted, and a remnant stays",
                        edit(
                                "log/Manifest",
                                "epoch, opening + 1, segments",
                                "epoch, opening, segments"),
                        edit(
                                "recovery/Recovery",
                                "if (garbageEnd > end) {",
                                "if (garbageEnd < 0) {")),
                bug("a store is always closed cleanly", edit("log/MarkFile", "clean ? 1 : 0", "1")),
                bug(
                        "the first mark of an opening is not forced",
                        edit(
                                "log/MarkFile",
                                "write(segment, offset, head, opening, false);\n        force();",
                                "write(segment, offset, head, opening, false);")),
                bug(
                        "truncations are not replayed",
                        edit(
                                "recovery/Replay",
                                "act.firstKeptVersion() == 0 ? all : act.firstKeptVersion()",
                                "1 + 0 * all")),
                bug(
                        "a torn end is refused",
                        edit(
                                "recovery/Recovery",
                                "droppedBytes = garbageEnd - stop.offset();",
                                "droppedBytes = garbageEnd - stop.offset();\n"
                                        + "        if (droppedBytes > 0) {\n"
                                        + "            throw notSealed(last, stop);\n        }")));
    }

    private static List<PlantedBug> decisions() {
        return List.of(
                bug(
                        "a group that could not be written stays",
                        edit(
                                "Committer",
                                "if (group.isEmpty() && log.needsDiscard()) {",
                                "if (false) {")),
                bug(
                        "a group that could not be written is not zeroed",
                        edit("log/ActiveSegment", "if (dirty > 0) {", "if (dirty < 0) {")),
                bug(
                        "indexed before it is forced",
                        edit(
                                "Committer",
                                "log.force();\n            group.index();",
                                "group.index();\n            log.force();")),
                bug(
                        "a condition ignores the group at hand",
                        edit(
                                "AppendFacts",
                                "return group.firstMatch(condition.query(), condition.afterPosition());",
                                "return -1;")),
                bug(
                        "a repetition may have other content",
                        edit(
                                "AppendFacts",
                                "same = stored.event().hasContentOf(event);",
                                "same = true;")),
                bug(
                        "a repetition ignores the group at hand",
                        edit("AppendFacts", "return group.find(stream, event);", "return null;")),
                bug(
                        "versions ignore the group at hand",
                        edit(
                                "AppendFacts",
                                "versions[i] = own >= 0 ? own : index",
                                "versions[i] = own < -1 ? own : index")),
                bug(
                        "positions of a group that failed are not given back",
                        edit("Group", "        eventCount = 0;\n", "")),
                bug(
                        "times of recording may fall",
                        edit(
                                "Committer",
                                "lastMicros = Math.max(lastMicros, time.wallMicros());",
                                "lastMicros = time.wallMicros();")),
                bug(
                        "after a failed force appending goes on",
                        edit(
                                "Committer",
                                "        if (stoppedBy == null) {\n",
                                "        if (false) {\n")),
                bug(
                        "a mark before the force",
                        edit(
                                "Committer",
                                "log.force();\n            group.index();",
                                "publish();\n"
                                        + "            log.force();\n"
                                        + "            group.index();")));
    }

    private static List<PlantedBug> scavenging() {
        return List.of(
                bug(
                        "a rewritten segment is not forced before it gets its name",
                        edit("log/SegmentRewrite", "        file.force();\n", "")),
                bug(
                        "a scavenge takes the first kept event too",
                        edit("Scavenging", "return version >= first;", "return version > first;")),
                bug(
                        "places of the time before are believed in a rewritten segment",
                        edit(
                                "log/Log",
                                "segment.header().isRewritten() ? segment.find(position) : offset",
                                "offset == 0 ? segment.find(position) : offset")),
                bug(
                        "the next segment names the seal of the rewritten one",
                        edit(
                                "log/SegmentHeader",
                                "return isRewritten() ? rewriting.firstSeal() : sealCrc;",
                                "return sealCrc;")));
    }

    private static List<PlantedBug> indexing() {
        return List.of(
                bug(
                        "the version of a stream is what one file has of it",
                        edit(
                                "index/IndexView",
                                "header().to()) {\n                return entry.total();",
                                "header().to()) {\n                return entry.count();")),
                bug(
                        "a file does not know what was before it",
                        edit("index/TableFlush", "postings.base())));", "0)));")),
                bug(
                        "ids are looked up in memory only",
                        edit(
                                "index/IndexView",
                                "all.addAll(shared.part().candidates(hash), 0);",
                                "all.addAll(new long[0], 0);")),
                bug(
                        "a stream is believed to be where it was before its table was written",
                        edit(
                                "index/TieredIndex",
                                "place == null || !place.holdsFor(growing)",
                                "place == null")),
                bug(
                        "what was appended since a stream was looked up does not count",
                        edit(
                                "index/TieredIndex",
                                "return since == null ? place.version() : since.version();",
                                "return place.version();")),
                bug(
                        "the log is not read behind the index",
                        edit(
                                "recovery/Replay",
                                "offset = state.offset();",
                                "offset = segment.header().capacityBytes();")));
    }
}
