package com.alumoutreach.embedded.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Programs of a Debian release, unpacked and not installed: through the mirror that this machine's apt uses, checked against
 * Debian's keyring. Packages they depend on are not fetched.
 *
 * @param release for example {@code trixie}, whose versions stay as they are but for fixes
 */
public record DebianPackages(String release, List<String> names) {
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    public DebianPackages(String release, String... names) {
        this(release, List.of(names));
    }

    /** Whether this machine can fetch any. */
    public static boolean available() {
        return Command.exists("apt-get") && Command.exists("dpkg") && Files.exists(KEYRING);
    }

    /** @throws IOException with one line that says why one of them cannot be had */
    public void unpackInto(Path folder) throws IOException {
        Path apt = Files.createTempDirectory("alum-apt");
        try {
            Files.createDirectories(apt.resolve("lists/partial"));
            Files.createDirectories(apt.resolve("cache/archives/partial"));
            Files.writeString(apt.resolve("status"), "");
            Files.writeString(
                    apt.resolve("sources.list"),
                    "deb [signed-by=" + KEYRING + "] " + mirror() + " " + release + " main\n");
            Command.run(apt, Map.of(), aptGet(apt, List.of("update")));
            List<String> download = new ArrayList<>(List.of("download"));
            download.addAll(names);
            Command.run(apt, Map.of(), aptGet(apt, download));
            try (Stream<Path> files = Files.list(apt)) {
                for (Path deb : files.filter(f -> f.toString().endsWith(".deb")).toList()) {
                    Command.run(apt, Map.of(), List.of("dpkg", "-x", deb.toString(), folder.toString()));
                }
            }
        } finally {
            Downloads.deleteTree(apt);
        }
    }

    private static String mirror() throws IOException {
        String targets = Command.run(Path.of("."), Map.of(), List.of("apt-get", "indextargets", "--format", "$(SITE)"));
        return targets.lines()
                .filter(site -> !site.contains("security"))
                .findFirst()
                .orElseThrow(() -> new IOException("apt-get knows no mirror"));
    }

    /** Folders of its own for everything that apt-get reads or writes. */
    private static List<String> aptGet(Path apt, List<String> command) {
        List<String> line = new ArrayList<>(List.of("apt-get", "-qq"));
        List.of(
                        "Dir::State=" + apt,
                        "Dir::State::lists=" + apt.resolve("lists"),
                        "Dir::State::status=" + apt.resolve("status"),
                        "Dir::Cache=" + apt.resolve("cache"),
                        "Dir::Etc::sourcelist=" + apt.resolve("sources.list"),
                        "Dir::Etc::sourceparts=/dev/null",
                        "Acquire::Languages=none",
                        // Else an update without a network succeeds, and the package is said not to exist.
                        "APT::Update::Error-Mode=any",
                        "APT::Sandbox::User=")
                .forEach(option -> line.addAll(List.of("-o", option)));
        line.addAll(command);
        return line;
    }
}
