package com.alumoutreach.contracts.workflow;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A contact did what the workflow is for. */
@Subject("workflow.run.goal_reached")
public record WorkflowRunGoalReached(
        @Required String workflowId,
        @Nullable String workflowName,
        @Required String runId,
        @Required String contactId,
        @Required String goalId,
        @Nullable String goalName)
        implements WorkflowEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(runId, "workflow_run");
    }
}
