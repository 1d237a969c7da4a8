package com.alumoutreach.embedded;

import com.alumoutreach.embedded.machine.Command;
import com.alumoutreach.embedded.machine.DebianPackages;
import com.alumoutreach.embedded.machine.Downloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a {@code nats-server} that is new enough: named by {@code NATS_SERVER_BIN}, on the PATH, or Debian testing's package
 * through the mirror this machine already uses, verified with the system's own keyring. Nothing is installed.
 */
final class NatsBinary {
    /** Atomic batches came with 2.12. */
    private static final int[] NEEDED = {2, 12};

    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\.(\\d+)");
    private static final String ADVICE =
            "nats-server 2.12 or newer is needed: install it (Homebrew: 'brew install nats-server', "
                    + "or a release of nats-io/nats-server), put it on the PATH or name it in NATS_SERVER_BIN, "
                    + EmbeddedServerException.OTHERWISE;

    private NatsBinary() {}

    /** @throws IOException when the cache cannot be used */
    static Path locate(Consumer<String> progress) throws IOException {
        String named = System.getenv("NATS_SERVER_BIN");
        if (named != null) {
            if (!newEnough(named)) {
                throw new EmbeddedServerException("NATS_SERVER_BIN=" + named + " is no nats-server of 2.12 or newer");
            }
            return Path.of(named);
        }
        if (Command.exists("nats-server") && newEnough("nats-server")) {
            return Path.of("nats-server");
        }
        if (!DebianPackages.available()) {
            throw new EmbeddedServerException(ADVICE);
        }
        return Downloads.ofThisUser()
                .folder("nats-server", progress, folder -> fetch(folder, progress))
                .resolve("usr/sbin/nats-server");
    }

    private static boolean newEnough(String program) {
        try {
            Matcher version = VERSION.matcher(Command.run(Path.of("."), Map.of(), List.of(program, "--version")));
            if (!version.find()) {
                return false;
            }
            int major = Integer.parseInt(version.group(1));
            return major > NEEDED[0] || (major == NEEDED[0] && Integer.parseInt(version.group(2)) >= NEEDED[1]);
        } catch (IOException e) {
            return false;
        }
    }

    private static void fetch(Path folder, Consumer<String> progress) throws IOException {
        progress.accept("Fetching nats-server (5 MB) from the Debian mirror of this machine");
        try {
            new DebianPackages("testing", "nats-server").unpackInto(folder);
            Path binary = folder.resolve("usr/sbin/nats-server");
            if (!Files.exists(binary)) {
                Files.createDirectories(binary.getParent());
                Files.move(folder.resolve("usr/bin/nats-server"), binary);
            }
        } catch (IOException e) {
            throw new EmbeddedServerException(ADVICE + " (" + e.getMessage() + ")", e);
        }
    }
}
