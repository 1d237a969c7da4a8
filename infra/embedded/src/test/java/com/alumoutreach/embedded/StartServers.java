package com.alumoutreach.embedded;

import java.nio.file.Path;

/** A process that starts the servers its environment asks for, as the suite does, and stops them. Argument: the data folder. */
final class StartServers {
    private StartServers() {}

    public static void main(String[] args) {
        try {
            ServerChoice.fromEnvironment(System.getenv())
                    .start(Path.of(args[0]), System.out::println)
                    .close();
        } catch (EmbeddedServerException e) {
            System.out.println("FAILED " + e.getMessage());
            System.exit(1);
        }
    }
}
