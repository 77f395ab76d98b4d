package dev.chaski.engine;

import org.jspecify.annotations.Nullable;

/** The channel's side of the search for far deferred messages that come close; see {@link Promoter}. Confined to the loop. */
final class Promotions {
    private final Channel channel;
    private final Backlog backlog;
    private final Timers timers;

    Promotions(Channel channel, Backlog backlog, Timers timers) {
        this.channel = channel;
        this.backlog = backlog;
        this.timers = timers;
    }

    /** Begins a search at a time of the wall clock; null where none is due. */
    @Nullable
    Promotion begin(long nowMs) {
        if (channel.isDeletedNow() || !backlog.far.isPromotionDue(nowMs)) {
            return null;
        }
        return backlog.far.begin(nowMs, backlog.readOffset(), channel.epoch());
    }

    /** Takes what was found in a part of a range, which counts as searched at once: so nothing is found twice. */
    void searched(Promotion promotion, Searched part) {
        if (isCurrent(promotion)) {
            for (int i = 0; i < part.foundCount(); i++) {
                backlog.pending.defer(part.found()[2 * i], part.found()[2 * i + 1]);
            }
            backlog.far.searched(part);
            channel.changed();
            timers.scheduleDue();
        }
    }

    /** The search is over. */
    void end(Promotion promotion, int promoted) {
        if (isCurrent(promotion)) {
            backlog.far.end(promoted);
            channel.changed();
        }
    }

    /** An emptied channel knows nothing of what was searched before. */
    private boolean isCurrent(Promotion promotion) {
        return !channel.isDeletedNow() && promotion.epoch() == channel.epoch();
    }
}
