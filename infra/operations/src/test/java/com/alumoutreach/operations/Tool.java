package com.alumoutreach.operations;

import com.alumoutreach.embedded.machine.Command;
import com.alumoutreach.embedded.machine.DebianPackages;
import com.alumoutreach.embedded.machine.Downloads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The programs that operators' files are for: Debian's, unpacked into the cache, else those of the PATH. */
enum Tool {
    PROMETHEUS("usr/bin/prometheus"),
    PROMTOOL("usr/bin/promtool"),
    AMTOOL("usr/bin/amtool"),
    NATS_SERVER("usr/sbin/nats-server"),
    COMPOSE("usr/libexec/docker/cli-plugins/docker-compose");

    /** Versions within a Debian release stay; this one has those that the files are written for, or older. */
    private static final DebianPackages PACKAGES = new DebianPackages(
            "trixie", "prometheus", "promtool", "prometheus-alertmanager", "docker-compose", "nats-server");

    private final Path inPackage;

    Tool(String inPackage) {
        this.inPackage = Path.of(inPackage);
    }

    /** @throws IOException when this machine neither has it nor can fetch it */
    String path() throws IOException {
        String name = inPackage.getFileName().toString();
        if (!DebianPackages.available() && Command.exists(name)) {
            return name;
        }
        Path folder = Downloads.ofThisUser()
                .folder(
                        "debian-" + PACKAGES.release() + "-" + String.join("-", PACKAGES.names()),
                        System.out::println,
                        PACKAGES::unpackInto);
        return folder.resolve(inPackage).toString();
    }

    /**
     * Runs it to its end.
     *
     * @return what it said
     * @throws IOException with all that it said, when it complains
     */
    String run(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(path()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", arguments) + ":\n" + said);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
        return said;
    }
}
