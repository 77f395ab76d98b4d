package dev.chaski.cli;

/** Which Chaski this is. */
final class Version {
    private Version() {}

    /** As the jar says; classes that were not packaged do not know. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
