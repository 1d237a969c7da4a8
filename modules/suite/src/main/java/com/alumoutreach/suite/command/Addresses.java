package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.terminal.Terminal;

/** Prints where a running suite can be reached. */
final class Addresses {
    private Addresses() {}

    static void print(RunEnv env, Terminal terminal) {
        env.values().forEach((name, value) -> terminal.line("  %-16s %s", name, value));
        terminal.line("  %-16s %s", "API docs", env.get(RunEnv.ALUM_URL) + "/docs");
    }
}
