package com.alumoutreach.operations;

import com.alumoutreach.embedded.machine.Command;
import com.alumoutreach.embedded.machine.DebianPackages;
import com.alumoutreach.embedded.machine.Downloads;
import java.io.IOException;
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
     * @throws IOException with the line that says what it complains about
     */
    String run(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(path()));
        command.addAll(List.of(arguments));
        return Command.run(folder, environment, command);
    }
}
