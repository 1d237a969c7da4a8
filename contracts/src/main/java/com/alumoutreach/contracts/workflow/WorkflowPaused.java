package com.alumoutreach.contracts.workflow;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A workflow takes no contacts for a while. */
@Subject("workflow.paused")
public record WorkflowPaused(
        @Required String workflowId, @Nullable String workflowName) implements WorkflowEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(workflowId, "workflow");
    }
}
