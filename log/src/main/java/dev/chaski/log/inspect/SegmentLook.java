package dev.chaski.log.inspect;

import dev.chaski.log.FolderView.SegmentEntry;
import dev.chaski.log.SegmentView;
import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Looks through one segment. Used once, by one thread. */
final class SegmentLook {
    private static final int DAMAGE_MAX = 100;

    private final SegmentEntry entry;
    private final SegmentView view;
    private final boolean verifies;
    private final LongConsumer verified;
    private final List<Damage> damage = new ArrayList<>();
    private long records;
    private long messages;
    private long frameBytes;
    private long endOffset;
    private long firstTimeMs;
    private long lastTimeMs;
    private long badRecords;

    /**
     * A look.
     *
     * @param verified told the bytes of each record that was verified
     */
    SegmentLook(SegmentEntry entry, SegmentView view, boolean verifies, LongConsumer verified) {
        this.entry = entry;
        this.view = view;
        this.verifies = verifies;
        this.verified = verified;
        this.endOffset = MessageId.firstOffset(entry.block());
    }

    /** What was found to be damaged; only after {@link #run}. */
    List<Damage> damage() {
        return damage;
    }

    SegmentReport run() throws IOException {
        long first = MessageId.firstOffset(entry.block());
        long synced = first + view.syncedMessages();
        if (view.state() == SegmentView.State.OPEN || verifies || entry.generation() > 0) {
            walk();
            endOffset = Math.max(endOffset, synced);
        } else {
            records = view.syncedRecords();
            messages = view.syncedMessages();
            frameBytes = view.syncedBytes();
            endOffset = synced;
        }
        checkFrames();
        dropWhatIsOfAnotherLife();
        return new SegmentReport(
                entry.framesPath(),
                view.state(),
                view.isCold(),
                first,
                endOffset,
                messages,
                records,
                frameBytes,
                view.fileBytes(),
                view.firstTimeMs() == 0 ? firstTimeMs : view.firstTimeMs(),
                Math.max(view.lastTimeMs(), lastTimeMs),
                synced,
                entry.generation());
    }

    private void walk() throws IOException {
        while (view.next()) {
            if (!view.isPlausible()) {
                addDamage(endOffset, 0, "record " + view.index() + " of the side file makes no sense");
                continue;
            }
            boolean isBad = verifies && !view.isSound();
            verified.accept(verifies ? view.length() : 0);
            if (isBad && view.index() >= view.syncedRecords()) {
                return; // of an open segment: just being written, or the torn tail of a crash
            }
            if (isBad) {
                addDamage(
                        view.firstOffset(),
                        view.count(),
                        "record " + view.index() + " of " + view.count() + " messages from offset " + view.firstOffset()
                                + " on does not match its CRC");
                continue;
            }
            take();
        }
    }

    private void take() {
        records++;
        messages += view.count();
        frameBytes += view.length();
        endOffset = view.firstOffset() + view.count();
        firstTimeMs = firstTimeMs == 0 ? view.timeMs() : firstTimeMs;
        lastTimeMs = view.timeMs();
    }

    private void addDamage(long offset, long concerned, String what) {
        badRecords++;
        if (badRecords <= DAMAGE_MAX) {
            damage.add(new Damage(entry.framesPath(), entry.stream(), offset, offset + concerned, concerned, what));
        } else if (badRecords == DAMAGE_MAX + 1) {
            damage.add(new Damage(entry.framesPath(), entry.stream(), offset, offset, 0, "more records are damaged"));
        }
    }

    private void checkFrames() throws IOException {
        if (!view.hasFrames() && view.syncedRecords() > 0) {
            damage.clear();
            long first = MessageId.firstOffset(entry.block());
            damage.add(new Damage(
                    entry.framesPath(),
                    entry.stream(),
                    first,
                    first + view.syncedMessages(),
                    view.syncedMessages(),
                    "the file is missing, and its messages"));
        }
        if (!view.hasIdentity() && view.syncedMessages() > 0) {
            damage.add(Damage.of(entry.framesPath(), "the first page of its side file does not match its CRC"));
        }
    }

    /** A running broker may have freed the segment and used its files again while they were read. */
    private void dropWhatIsOfAnotherLife() throws IOException {
        if (!damage.isEmpty() && !view.isStillOurs()) {
            damage.clear();
        }
    }
}
