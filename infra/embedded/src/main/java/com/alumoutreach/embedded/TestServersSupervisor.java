package com.alumoutreach.embedded;

import com.alumoutreach.embedded.machine.Downloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process that keeps the servers of one test run, and ends them when the run's own process is gone, however it went. */
final class TestServersSupervisor {
    private TestServersSupervisor() {}

    /** Arguments: the data directory, and the process id of the run. */
    public static void main(String[] args) throws IOException {
        Path dir = Path.of(args[0]);
        ProcessHandle owner = ProcessHandle.of(Long.parseLong(args[1])).orElseThrow();
        EmbeddedServers servers = new EmbeddedServers(dir, TestServers.SCOPES, false, System.out::println);
        servers.startAll();
        Path ready = dir.resolve("supervisor.pid.tmp");
        Files.writeString(ready, Long.toString(ProcessHandle.current().pid()));
        Files.move(
                ready,
                dir.resolve("supervisor.pid"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        owner.onExit().join();
        servers.close();
        Downloads.deleteTree(dir);
    }
}
