package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot: notes at one moment how far every stream and the change log go, then gives all their files a second
 * name in a folder of its own. A file with two names is never written over from its beginning nor used again, so what
 * the snapshot counts stays as it is for as long as the folder is there. Used once, by one background thread.
 */
final class Snapshot {
    private static final String[] SMALL_FILES = {"format", "blocks", "catalog"};

    private final LogContext context;
    private final ChangeLog changes;
    private final Collection<StreamLog> streams;
    private final List<Segment> held = new ArrayList<>();
    private final List<SnapshotCut.Part> parts = new ArrayList<>();
    private ChangeLog.@Nullable Position position;
    private long momentMs;

    Snapshot(LogContext context, ChangeLog changes, Collection<StreamLog> streams) {
        this.context = context;
        this.changes = changes;
        this.streams = streams;
    }

    /**
     * Takes it.
     *
     * @param target a folder that does not exist; it is complete on return, and not fsynced
     * @throws LogException where it cannot be taken: the folder may have been made in part
     * @throws InterruptedException where the thread is to end
     */
    void take(Path target, SnapshotMoment moment) throws LogException, InterruptedException {
        context.exchanging.lock();
        try {
            moment.during(this::note);
            link(target);
        } catch (IOException e) {
            throw DiskFailure.of(context.disk, target, "cannot take a snapshot in", e);
        } finally {
            letGo();
            context.exchanging.unlock();
        }
    }

    /** While everything stands still. */
    private void note() throws LogException {
        letGo();
        parts.clear();
        momentMs = context.clock.getAsLong();
        position = changes.position();
        for (StreamLog stream : streams) {
            SegmentList list = stream.segments();
            for (int i = 0; i < list.size(); i++) {
                note(list.get(i));
            }
        }
    }

    private void note(Segment segment) {
        boolean isWhole = segment.isSealed() && segment.checkpoints.isWhole();
        SideFormat.Checkpoint all = segment.published(SideFormat.SEALED);
        if (all.messages() == 0 || !segment.mapping.tryHold()) {
            return; // nothing in it, or its topic was deleted
        }
        held.add(segment);
        SnapshotCut.State state = segment.mapping.isCold()
                ? SnapshotCut.State.COLD
                : isWhole ? SnapshotCut.State.WHOLE : SnapshotCut.State.OPEN;
        parts.add(new SnapshotCut.Part(segment.stream, segment.name, state, all));
    }

    private void letGo() {
        held.forEach(segment -> segment.mapping.letGo());
        held.clear();
    }

    private void link(Path target) throws IOException {
        if (position == null) {
            throw new IllegalStateException("there was no moment");
        }
        StoreFolder copy = new StoreFolder(target, context.disk);
        context.disk.makeFolderUnsynced(target);
        linkChanges(copy, position);
        for (int i = 0; i < parts.size(); i++) {
            link(held.get(i), parts.get(i), copy);
        }
        List<Path> there = context.disk.list(context.folder.root);
        for (String name : SMALL_FILES) { // replaced whole, never written over
            if (there.contains(context.folder.root.resolve(name))) {
                context.disk.link(context.folder.root.resolve(name), target.resolve(name));
            }
        }
        try (DiskFile file = context.disk.open(target.resolve(SnapshotCut.FILE))) {
            String text = new SnapshotCut(momentMs, position, parts).text();
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
        }
    }

    private void linkChanges(StoreFolder copy, ChangeLog.Position until) throws IOException {
        context.disk.makeFolderUnsynced(copy.changes());
        for (long generation : ChangeRecovery.generations(context.disk, context.folder.changes())) {
            if (generation <= until.generation()) {
                String name = ChangeFormat.fileName(generation);
                context.disk.link(
                        context.folder.changes().resolve(name), copy.changes().resolve(name));
            }
        }
    }

    private void link(Segment segment, SnapshotCut.Part part, StoreFolder copy) throws IOException {
        Path folder = copy.stream(part.stream());
        context.disk.makeFolderUnsynced(folder);
        Path frames = part.state() == SnapshotCut.State.COLD ? segment.files.coldPath() : segment.files.framesPath();
        link(frames, folder);
        link(segment.files.sidePath(), folder);
    }

    private void link(Path file, Path folder) throws IOException {
        context.disk.link(file, folder.resolve(String.valueOf(file.getFileName())));
    }
}
