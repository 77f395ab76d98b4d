package dev.chaski.log.inspect;

import dev.chaski.log.FolderView;
import java.util.List;

/**
 * What is in a data folder.
 *
 * @param format version of its layout
 * @param streams by number
 * @param changes generations of the change log, oldest first
 * @param damage what is not as it was written
 * @param quarantine what a broker set aside before
 * @param isVerified whether the CRC of every record was compared
 */
public record FolderReport(
        int format,
        List<StreamReport> streams,
        List<FolderView.Generation> changes,
        List<Damage> damage,
        List<SetAside> quarantine,
        boolean isVerified) {}
