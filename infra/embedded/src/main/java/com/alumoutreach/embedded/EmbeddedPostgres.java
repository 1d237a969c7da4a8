package com.alumoutreach.embedded;

import com.alumoutreach.embedded.machine.Command;
import com.alumoutreach.embedded.machine.Downloads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Postgres 18 from the zonky binaries on the class path; a real server process. */
final class EmbeddedPostgres extends EmbeddedServer {
    static final String USER = "alumoutreach";
    static final String DATABASE = "alumoutreach";
    private static final String VERSION = "18.6.0";

    private final Path data;
    private final boolean durable;
    private final Consumer<String> progress;

    /** @param durable false only for tests that never kill this server: without fsync */
    EmbeddedPostgres(Path dataDir, boolean durable, Consumer<String> progress) {
        super(ServerKind.POSTGRES, dataDir);
        this.data = dataDir.resolve("postgres");
        this.durable = durable;
        this.progress = progress;
    }

    String password() {
        return secret("postgres.password");
    }

    static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    @Override
    void launch(int port) throws IOException {
        Path home = Downloads.ofThisUser().folder("postgres-" + VERSION, progress, EmbeddedPostgres::unpack);
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialize(home);
        }
        endOrphans();
        List<String> command = new ArrayList<>(unprivileged());
        command.add(home.resolve("bin/postgres").toString());
        command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
        List.of(
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=",
                        "max_connections=300",
                        "fsync=" + (durable ? "on" : "off"))
                .forEach(setting -> command.addAll(List.of("-c", setting)));
        process.start(dataDir, command, Map.of(), port);
    }

    /**
     * When the server was killed, a backend in the middle of a query goes on until its end, and as long as it does no other
     * server starts on the data. Nobody waits for its answer: its client's connection is gone with the port.
     */
    private void endOrphans() {
        List<ProcessHandle> orphans =
                ProcessHandle.allProcesses().filter(this::worksOnOurData).toList();
        orphans.forEach(ProcessHandle::destroyForcibly);
        orphans.forEach(orphan -> orphan.onExit().join());
    }

    private boolean worksOnOurData(ProcessHandle process) {
        Path facts = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readSymbolicLink(facts.resolve("cwd")).equals(data.toRealPath())
                    && Files.readSymbolicLink(facts.resolve("exe")).endsWith("bin/postgres");
        } catch (IOException e) {
            // Gone meanwhile, or of another user, or this is no Linux.
            return false;
        }
    }

    private void initialize(Path home) throws IOException {
        // What is left of an initdb that was killed is no cluster.
        Downloads.deleteTree(data);
        Path passwordFile = Files.createTempFile(dataDir, "initdb", ".pw");
        try {
            Files.writeString(passwordFile, password());
            List<String> command = new ArrayList<>(unprivileged());
            command.addAll(List.of(
                    home.resolve("bin/initdb").toString(),
                    "-D",
                    data.toString(),
                    "-U",
                    USER,
                    "--pwfile=" + passwordFile,
                    "-A",
                    "scram-sha-256",
                    "-E",
                    "UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C"));
            Command.run(dataDir, Map.of(), command);
        } finally {
            Files.delete(passwordFile);
        }
    }

    /** TERM would wait until every client has left; INT ends their sessions. */
    @Override
    void stop() {
        process.stop("INT");
    }

    @Override
    boolean answers(int port) {
        try (Connection connection = DriverManager.getConnection(url(port, "postgres"), USER, password())) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    void prepare(int port) throws IOException {
        createDatabase(port, DATABASE);
    }

    /** Does nothing when it exists. */
    void createDatabase(int port, String name) throws IOException {
        try (Connection connection = DriverManager.getConnection(url(port, "postgres"), USER, password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            if (!"42P04".equals(e.getSQLState())) {
                throw new IOException(e);
            }
        }
    }

    /** Postgres refuses to run as root; in a user namespace of its own it is nobody. */
    private static List<String> unprivileged() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        if (!Command.exists("unshare")) {
            throw new EmbeddedServerException(
                    "Postgres does not run as root, and there is no 'unshare': run as another user, "
                            + EmbeddedServerException.OTHERWISE);
        }
        return List.of("unshare", "-U");
    }

    private static void unpack(Path folder) throws IOException {
        String resource = "/postgres-" + platform() + ".txz";
        try (InputStream archive = EmbeddedPostgres.class.getResourceAsStream(resource)) {
            if (archive == null) {
                throw new EmbeddedServerException("There are no Postgres binaries for " + platform()
                        + ": use Linux x86-64, " + EmbeddedServerException.OTHERWISE);
            }
            unpackTar(new TarArchiveInputStream(new XZInputStream(archive)), folder);
        }
    }

    private static void unpackTar(TarArchiveInputStream tar, Path folder) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path target = folder.resolve(entry.getName()).normalize();
            if (!target.startsWith(folder)) {
                throw new IOException("The archive leads out of its folder: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            Files.createDirectories(target.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(target, permissions(entry.getMode()));
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((mode & 0100) != 0) {
            permissions.addAll(EnumSet.of(
                    PosixFilePermission.OWNER_EXECUTE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_EXECUTE));
        }
        return permissions;
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch");
        return system + "-" + (machine.equals("amd64") ? "x86_64" : machine.equals("aarch64") ? "arm_64" : machine);
    }
}
