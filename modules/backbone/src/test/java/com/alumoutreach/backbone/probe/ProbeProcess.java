package com.alumoutreach.backbone.probe;

import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.embedded.ServerAddresses;
import io.micronaut.runtime.Micronaut;
import java.util.Map;

/** The probe as a process of its own, to be killed. */
public final class ProbeProcess {
    /** The exit code of a process that ended itself as it was told to. */
    public static final int HALTED = 42;

    private ProbeProcess() {}

    public static void main(String[] args) {
        Micronaut.build(args).banner(false).start();
    }

    public static ServiceProcess start(ServerAddresses servers, Map<String, String> properties) {
        return ServiceProcess.start(ProbeProcess.class, servers, properties);
    }
}
