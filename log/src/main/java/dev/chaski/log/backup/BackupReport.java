package dev.chaski.log.backup;

/**
 * What became of a backup.
 *
 * @param momentMs the moment that it is of, milliseconds since 1970
 * @param messages messages in its segments, those included that compaction dropped
 * @param files its files
 * @param bytes their length
 * @param copiedBytes of these, bytes that were written anew
 * @param linkedBytes of these, bytes that are a second name of a file of the data folder
 * @param keptBytes of these, bytes that are a second name of a file of an earlier backup, and were not read again
 */
public record BackupReport(
        long momentMs, long messages, int files, long bytes, long copiedBytes, long linkedBytes, long keptBytes) {}
