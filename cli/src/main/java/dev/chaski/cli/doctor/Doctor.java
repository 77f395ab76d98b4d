package dev.chaski.cli.doctor;

import dev.chaski.cli.doctor.Finding.Status;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks at everything that a broker with these options depends on. Changes nothing. One thread. */
public final class Doctor {
    private interface Check {
        List<Finding> look() throws IOException, InterruptedException;
    }

    private final Consumer<Finding> told;

    private Doctor(Consumer<Finding> told) {
        this.told = told;
    }

    /**
     * Looks.
     *
     * @param options of the broker
     * @param told hears of each finding, as soon as it is there
     * @return the worst of all
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public static Status look(Options options, Consumer<Finding> told) throws InterruptedException {
        List<Finding> all = new ArrayList<>();
        Doctor doctor = new Doctor(finding -> {
            all.add(finding);
            told.accept(finding);
        });
        SystemFiles system = new SystemFiles(Path.of("/"));
        Path data = Path.of(options.get(OptionTable.DATA_PATH)).toAbsolutePath().normalize();
        FolderCheck folder = new FolderCheck(data);
        doctor.run("Java", JavaCheck::look);
        doctor.run("memory", () -> new MemoryCheck(system).look());
        doctor.run("limits", () -> new LimitCheck(system, options).look());
        doctor.run("data folder", folder::look);
        doctor.run("disk", () -> new DiskCheck(system, data, options).look());
        doctor.run("clock", () -> ClockCheck.look(data));
        doctor.run("ports", () -> new PortCheck(options, new PortOwners(system), folder.holder()).look());
        doctor.run("reach", () -> new ReachCheck(options).look());
        doctor.run("certificates", () -> CertificateCheck.look(options));
        return all.stream().map(Finding::status).reduce(Status.OK, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    /** What cannot be looked at on this system is told, and the rest is looked at. */
    private void run(String subject, Check check) throws InterruptedException {
        try {
            check.look().forEach(told);
        } catch (IOException | UncheckedIOException e) {
            told.accept(Finding.warn(subject, "could not be looked at: " + e, ""));
        }
    }
}
