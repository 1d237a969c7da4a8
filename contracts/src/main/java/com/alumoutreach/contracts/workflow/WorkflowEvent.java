package com.alumoutreach.contracts.workflow;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code workflow}. */
public sealed interface WorkflowEvent extends Event
        permits WorkflowCreated,
                WorkflowActivated,
                WorkflowPaused,
                WorkflowRunStarted,
                WorkflowRunCompleted,
                WorkflowRunFailed,
                WorkflowRunGoalReached,
                WorkflowNodeExecuted {}
