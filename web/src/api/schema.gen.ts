// Generated from openapi.json by `npm run generate`; edits are lost.

export interface paths {
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Login
         * @description Change a password for a token, or with `?cookie=true` for the dashboard's session.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Logout
         * @description End the session, or deny the token until it would have ended; an API key is revoked elsewhere.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Executions
         * @description Executions, newest first.
         */
        get: operations["listOrchestratorExecutions"];
        put?: never;
        /**
         * Create Execution
         * @description Start the newest version of a workflow.
         */
        post: operations["createOrchestratorExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{execution_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Execution
         * @description One execution.
         */
        get: operations["getOrchestratorExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{execution_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Execution
         * @description End an execution; a second cancel changes nothing.
         */
        post: operations["cancelOrchestratorExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{execution_id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Progress
         * @description How far an execution is.
         */
        get: operations["getOrchestratorProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/executions/{execution_id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tasks
         * @description The tasks of an execution, in the order of its workflow.
         */
        get: operations["listOrchestratorTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Seed Health
         * @description Health in one word.
         */
        get: operations["seedHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Task
         * @description Try a failed task again; its execution runs on.
         */
        post: operations["retryOrchestratorTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description Changes of the tenant, newest first.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify Audit
         * @description Walk the tenant's chain from its beginning; the first row that was changed, moved or lost is named.
         */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/callbacks/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer Callback
         * @description Complete the step with the body, any JSON, as its output; an object that holds nothing but `error` fails it.
         */
        post: operations["answerCallback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Deliveries
         * @description Deliveries of the tenant, newest first; `status=exhausted` is the list of dead letters.
         *
         *     `expand=attempts` adds `attemptList` to each; then a page has at most 50 deliveries.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Delivery
         * @description One delivery.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{delivery_id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Attempts
         * @description The attempts of a delivery, oldest first.
         */
        get: operations["listAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{delivery_id}/attempts/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Attempt
         * @description One attempt.
         */
        get: operations["getAttempt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{delivery_id}/body": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Delivery Body
         * @description The exact bytes that every attempt of this delivery sends.
         */
        get: operations["getDeliveryBody"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{delivery_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Delivery
         * @description End a delivery on purpose.
         */
        post: operations["cancelDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Delivery
         * @description The next attempt now: same delivery, same event id, one attempt beyond its policy.
         */
        post: operations["retryDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Deliveries
         * @description End many deliveries on purpose, as a job; with `dryRun` only what it would do.
         */
        post: operations["cancelDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Deliveries
         * @description Deliveries with the filters of their list, at most 100,000 rows; one export at a time for a tenant.
         */
        get: operations["exportDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Deliveries
         * @description The next attempt of many deliveries, as a job; with `dryRun` only what it would do.
         */
        post: operations["retryDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Endpoints
         * @description The endpoints of the tenant, newest first; `q` looks in names and URLs, `events` is a name that a pattern takes.
         *
         *     URLs are shown redacted.
         */
        get: operations["listEndpoints"];
        put?: never;
        /**
         * Create Endpoint
         * @description Make an endpoint; the secrets in the answer are shown here, and later only on reveal.
         */
        post: operations["createEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Endpoint
         * @description One endpoint.
         */
        get: operations["getEndpoint"];
        /**
         * Replace Endpoint
         * @description Replace an endpoint; absent members get their defaults, signing secrets and what stands masked stay.
         */
        put: operations["replaceEndpoint"];
        post?: never;
        /**
         * Delete Endpoint
         * @description Delete an endpoint; what waits for it is cancelled, its history stays until retention.
         */
        delete: operations["deleteEndpoint"];
        options?: never;
        head?: never;
        /**
         * Patch Endpoint
         * @description Change the members named, of headers and metadata those within; a secret set here counts instead of the old.
         */
        patch: operations["patchEndpoint"];
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Endpoint Deliveries
         * @description Deliveries to one endpoint.
         */
        get: operations["listEndpointDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause Endpoint
         * @description Stop sending; deliveries are held, not lost.
         */
        post: operations["pauseEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume Endpoint
         * @description Send again, slowly at first; a disabled endpoint gets one probe. Held deliveries are released or cancelled.
         */
        post: operations["resumeEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Endpoint Secret
         * @description A new secret signs first; the old one signs beside it for `overlapMs` more, 0 revokes it now.
         */
        post: operations["rotateEndpointSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/schedule-preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview Endpoint Schedule
         * @description When a delivery accepted now would be attempted if every attempt failed.
         */
        get: operations["previewEndpointSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reveal Endpoint Secret
         * @description The secrets in clear, and hints of the rotated ones that still sign.
         */
        get: operations["revealEndpointSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Endpoint Stats
         * @description How one endpoint did in a window that ends now; without one, over all that is kept of it.
         */
        get: operations["getEndpointStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rehearse Endpoint
         * @description Send one request in the endpoint's own form, whatever its status; kept apart from deliveries.
         */
        post: operations["testEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{endpoint_id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Endpoint Tests
         * @description The last ten tests of an endpoint, newest first.
         */
        get: operations["listEndpointTests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rehearse Address
         * @description Send one request as an endpoint of these members would get it; neither endpoint nor test is kept.
         */
        post: operations["testAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Event Types
         * @description Built-in types and the tenant's own, by name.
         */
        get: operations["listEventTypes"];
        put?: never;
        /**
         * Create Event Type
         * @description Register a type; from now on published data of this type are checked.
         */
        post: operations["createEventType"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Event Type
         * @description One type at its current version or another; an alias answers with its own row.
         */
        get: operations["getEventType"];
        /**
         * Update Event Type
         * @description Change the members named; another schema is the next version, refused when it breaks the compatibility.
         */
        put: operations["updateEventType"];
        post?: never;
        /**
         * Archive Event Type
         * @description Archive a type: its data are no longer checked, and where unknown types are rejected, no longer published.
         */
        delete: operations["archiveEventType"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types/{name}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Event Type Samples
         * @description Data to start a test from.
         */
        get: operations["listEventTypeSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types/{name}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate Event Data
         * @description Judge data without publishing them.
         */
        post: operations["validateEventData"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Event Type Versions
         * @description Every version, newest first.
         */
        get: operations["listEventTypeVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Events
         * @description Events of the tenant, newest first, without their data; `type` takes a pattern and matches any name.
         *
         *     `q` is looked for in payload and headers, in any case; `facets=status,webhookId` counts by those;
         *     `expand=execution` shows the execution of each.
         */
        get: operations["listEvents"];
        put?: never;
        /**
         * Publish Event
         * @description Publish one event; 202 once it is on disk with the deliveries and executions it causes.
         *
         *     A CloudEvent comes structured, or in binary mode as `ce-` headers with the data as the body.
         */
        post: operations["publishEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Event
         * @description One event in full; its content only with the scope payloads:read, its execution with `expand=execution`.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Event
         * @description Take a scheduled event back before its time, with all that waits for it; 409 once it is due or cancelled.
         */
        post: operations["cancelEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Event Chain
         * @description The original of an event and all its replays, asked for by any of them.
         */
        get: operations["getEventChain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase Event Content
         * @description Erase body, metadata, request and answers of an event for good; what is still owed of it is cancelled.
         */
        delete: operations["eraseEventContent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Event Data
         * @description The exact data bytes, as a download.
         */
        get: operations["getEventData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Event Deliveries
         * @description Deliveries of one event.
         */
        get: operations["listEventDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/forwards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Forwards
         * @description What local programs answered to this event.
         */
        get: operations["listForwards"];
        put?: never;
        /**
         * Report Forward
         * @description Report what a local program answered; kept with the event it got.
         */
        post: operations["reportForward"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Event
         * @description A new event of this one: as stored, or with `modifiedPayload` in the place of its content.
         *
         *     The second needs the scope events:replay; as stored, events:replay_stored is enough.
         */
        post: operations["replayEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Event Request
         * @description The inbound request with its exact body; 404 for an event that did not come in.
         */
        get: operations["getEventRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/routing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain Event Routing
         * @description Why each endpoint and workflow matches this event or not; values of the data only with payloads:read.
         */
        get: operations["explainEventRouting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish Events
         * @description Publish many events in one transaction, with a verdict for each.
         */
        post: operations["publishEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Events
         * @description Events with the filters of their list, contents included for who may read them; at most 100,000 or 1 GiB.
         */
        get: operations["exportEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Events
         * @description Replay many events as a job; with `dryRun` only what it would do.
         */
        post: operations["replayEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Executions
         * @description Executions of the tenant, newest first, without their content; sorted by `completedAt`, those that have ended.
         */
        get: operations["listExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Execution
         * @description One execution; with its steps when asked to expand them.
         */
        get: operations["getExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/blockers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Blocker
         * @description Tell of something that keeps an execution from going on.
         */
        post: operations["createBlocker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/blockers/{blocker_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve Blocker
         * @description Say that a blocker is gone, told or found; a second time changes nothing.
         */
        post: operations["resolveBlocker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Execution
         * @description End an execution; a second cancel changes nothing.
         */
        post: operations["cancelExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/milestones/{milestone_id}/achieve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Achieve Milestone
         * @description Say that a milestone is achieved; a second time changes nothing.
         */
        post: operations["achieveMilestone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Execution Progress
         * @description How far an execution is: steps done, blockers, milestones, and when it may be done.
         */
        get: operations["getExecutionProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/restart-from": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restart Execution
         * @description Let an ended execution begin anew from a step it has reached, with all that follows from it.
         *
         *     `content_expunged` as for a retry.
         */
        post: operations["restartExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Execution
         * @description Try what failed again: all failed steps, or one; `not_retryable` where nothing failed.
         *
         *     `content_expunged` when the content of the event that started it was erased: nothing is left to try with.
         */
        post: operations["retryExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/signals/{topic}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signal Execution
         * @description Send a signal; it is kept until a step waits for its topic. The body is what it brings, none is null.
         */
        post: operations["signalExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Execution Steps
         * @description Every step of an execution, in the order of its workflow.
         */
        get: operations["listExecutionSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/steps/{step_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete Step
         * @description Say that a step that waits outside is done; `conflict` when it does not wait.
         */
        post: operations["completeStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/steps/{step_id}/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fail Step
         * @description Say that a step that waits outside failed; `conflict` when it does not wait.
         */
        post: operations["failStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Inboxes
         * @description The inboxes that have not expired, newest first.
         */
        get: operations["listInboxes"];
        put?: never;
        /**
         * Create Inbox
         * @description Make a sink that shows what it gets; an endpoint may point at it.
         */
        post: operations["createInbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inboxes/{inbox_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Inbox
         * @description One inbox.
         */
        get: operations["getInbox"];
        put?: never;
        post?: never;
        /**
         * Delete Inbox
         * @description Forget an inbox and what it got.
         */
        delete: operations["deleteInbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inboxes/{inbox_id}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Inbox Requests
         * @description What the inbox got, newest first; values of secret-like headers are masked.
         */
        get: operations["listInboxRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/issues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Issues
         * @description What fails now, by endpoint, error code and status; takes the filters of the list of deliveries.
         */
        get: operations["listIssues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Jobs
         * @description Jobs of the tenant, newest first.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Getjob Shape
         * @description One job and how far it is.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Canceljob Shape
         * @description End a job between two batches; what it did stays done.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Keys
         * @description The live keys of the tenant, newest first.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create Key
         * @description Make a key; it is shown here and never again.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Key
         * @description One live key.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke Key
         * @description Revoke a key; no process takes it for longer than five seconds more.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        /**
         * Rename Key
         * @description Call a key something else; for other rights or another end, make a new key and revoke this one.
         */
        patch: operations["renameKey"];
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Me
         * @description Who the credential speaks for, and what it may.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meta": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Meta
         * @description Version, base URL, limits, features, retention.
         */
        get: operations["meta"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meta/forms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Forms
         * @description Fields of every kind of auth, preset, profile, strategy, filter and step, as this release takes them.
         */
        get: operations["getForms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/priorities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Priorities
         * @description How priorities share the work, and how much of each waits.
         */
        get: operations["listPriorities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/priorities/{level}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put Priority
         * @description Change a level; every process obeys within seconds.
         */
        put: operations["putPriority"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Providers
         * @description Every preset.
         */
        get: operations["listProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Provider
         * @description One preset, its sample and its record.
         */
        get: operations["getProvider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Queues
         * @description What waits in the tenant, by priority.
         */
        get: operations["listQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Unknown
         * @description Requests to paths that no source has; they belong to nobody, so only the owner of the instance sees them.
         */
        get: operations["listUnknownRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Replays
         * @description What was replayed, by whom and why; what was changed only with the scope payloads:read.
         */
        get: operations["listReplays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Retention
         * @description How long each kind of record is kept.
         */
        get: operations["getRetention"];
        /**
         * Put Retention
         * @description Choose how long each kind of record is kept; the next run acts on it.
         */
        put: operations["putRetention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search
         * @description Things by id, in any spelling, or by a part of their name; only of kinds the caller may read.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Settings
         * @description Every setting of the tenant by its dotted name.
         */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Settings
         * @description Change what is named; null goes back to the default, an unknown name is refused.
         */
        patch: operations["changeSettings"];
        trace?: never;
    };
    "/api/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Stats
         * @description Totals, a series and the queues, over a window that ends now.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Stats Batch
         * @description A sparkline, error rate and health for each of these; `ids` are apart by commas or repeated.
         */
        get: operations["getStatsBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream
         * @description Frames of the asked topics and things; resumes after `Last-Event-ID`, and says `gap` when that is not whole.
         *
         *     A `gap` tells in `lost` how many frames are missing: a number where this process counted them, null where the asked
         *     id is older than what it remembers or another process's, so that nobody knows how many. Read what you show anew.
         */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Views
         * @description Views of one list, or of all.
         */
        get: operations["listViews"];
        put?: never;
        /**
         * Create View
         * @description Keep a view; 409 when the caller has one of this name for this list.
         */
        post: operations["createView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/views/{view_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get View
         * @description One view.
         */
        get: operations["getView"];
        put?: never;
        post?: never;
        /**
         * Delete View
         * @description Forget a view of one's own.
         */
        delete: operations["deleteView"];
        options?: never;
        head?: never;
        /**
         * Change View
         * @description Change a view of one's own.
         */
        patch: operations["changeView"];
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Webhooks
         * @description The sources of the tenant; `q` looks in names and paths.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create Webhook
         * @description Make a source; the secret in the answer is shown here, and later only on reveal.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Webhook
         * @description One source.
         */
        get: operations["getWebhook"];
        /**
         * Update Webhook
         * @description Change the members named.
         */
        put: operations["updateWebhook"];
        post?: never;
        /**
         * Delete Webhook
         * @description Delete a source: its path answers 404 at once; its events stay until retention.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Patch Webhook
         * @description Change the members named; the same as PUT.
         */
        patch: operations["patchWebhook"];
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Webhook Events
         * @description The source's requests, newest first; `cursor` leads on where `offset` may not.
         */
        get: operations["listWebhookEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Webhook Event
         * @description One request of the source in full; its content only with the scope payloads:read.
         */
        get: operations["getWebhookEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Webhook Events
         * @description The source's requests with the filters of their list, contents included for who may read them.
         */
        get: operations["exportWebhookEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/events/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Webhook Events
         * @description Replay a few events of a source as stored; each has a result of its own.
         */
        post: operations["replayWebhookEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Filters
         * @description The filters of a source, by group and then by birth.
         */
        get: operations["listWebhookFilters"];
        /**
         * Replace Filters
         * @description Make these all the rows there are, in one transaction; rows that name the id of a stored one keep it.
         */
        put: operations["replaceWebhookFilters"];
        /**
         * Create Filter
         * @description Add a row; it counts from the next request on.
         */
        post: operations["createWebhookFilter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/filters/{filter_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Filter
         * @description One row.
         */
        get: operations["getWebhookFilter"];
        /**
         * Update Filter
         * @description Change the members named.
         */
        put: operations["updateWebhookFilter"];
        post?: never;
        /**
         * Delete Filter
         * @description Remove a row; without rows every request passes.
         */
        delete: operations["deleteWebhookFilter"];
        options?: never;
        head?: never;
        /**
         * Patch Filter
         * @description Change the members named; the same as PUT.
         */
        patch: operations["patchWebhookFilter"];
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/filters/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Backtest Filters
         * @description How many of the last stored requests would pass, and which of them get another verdict than they got.
         */
        post: operations["backtestWebhookFilters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/filters/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try Filters
         * @description The verdict on one request, told here or stored, with every clause and the actual values.
         */
        post: operations["testWebhookFilters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/paths": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Paths
         * @description Paths for a filter: of the last requests, of the provider's sample and of samples of the event types.
         *
         *     Without payloads:read nothing of the requests is told, and no example values.
         */
        get: operations["listWebhookPaths"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause Webhook
         * @description Hold what comes: it is verified, stored and answered as accepted, and nothing runs.
         */
        post: operations["pauseWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/regenerate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Regenerate Secret
         * @description A new secret; the old one holds for `overlapMs` more, 0 revokes it now. `await` takes one by handshake.
         */
        post: operations["regenerateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Rejected
         * @description Requests to this source that ended without an event: refused ones, and handshakes that were answered.
         */
        get: operations["listRejectedRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume Webhook
         * @description Route again; what was held goes through filters and routing in order of arrival.
         */
        post: operations["resumeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Webhook Samples
         * @description Requests to start a test from; the last real one needs payloads:read.
         */
        get: operations["listWebhookSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reveal Secret
         * @description What senders must know, in clear, and the older secrets that still hold.
         */
        get: operations["revealWebhookSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rehearse Webhook
         * @description Send a test request through the real walk; 200 whatever it comes to, as long as the source exists.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Webhook Tests
         * @description The last ten tests, newest first; their content needs payloads:read, the answers endpoints:test_body.
         */
        get: operations["listWebhookTests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Workflows
         * @description The workflows of the tenant, newest first; `q` looks in names, `name` is the whole of one.
         */
        get: operations["listWorkflows"];
        put?: never;
        /**
         * Create Workflow
         * @description Store a workflow; its graph is version 1.
         */
        post: operations["createWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Workflow
         * @description One workflow with the graph of its newest version; as YAML without what the server sets.
         */
        get: operations["getWorkflow"];
        /**
         * Replace Workflow
         * @description Replace a workflow; a changed graph is a new version, executions under way keep theirs.
         */
        put: operations["replaceWorkflow"];
        post?: never;
        /**
         * Delete Workflow
         * @description Delete a workflow that no source starts; executions under way end on their version.
         */
        delete: operations["deleteWorkflow"];
        options?: never;
        head?: never;
        /**
         * Patch Workflow
         * @description Change the members named, null is the default again (RFC 7396); lists are replaced as a whole.
         */
        patch: operations["patchWorkflow"];
        trace?: never;
    };
    "/api/v1/workflows/{workflow_id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Diff Versions
         * @description What makes one version of another; without numbers the newest of the one before it.
         */
        get: operations["diffWorkflowVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow_id}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run Workflow
         * @description Start the newest version; 202 once the execution is on disk, with its `Idempotency-Key`.
         */
        post: operations["runWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow_id}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate Version
         * @description Judge the workflow by the rules of now, or what is sent as if it replaced it: 204, or 422 with every fault.
         */
        post: operations["validateWorkflowVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow_id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Versions
         * @description The versions, newest first.
         */
        get: operations["listWorkflowVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow_id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Version
         * @description One version; as YAML it can be sent back to make the workflow what it was.
         */
        get: operations["getWorkflowVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Schema
         * @description The JSON Schema (2020-12) of what may be sent, for editors; how the parts hang together `validate` judges.
         */
        get: operations["getWorkflowSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate Workflow
         * @description Judge a workflow without saving it: 204, or 422 with every fault.
         */
        post: operations["validateWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ws/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Ticket
         * @description A ticket for a client that cannot send a header, such as a browser's WebSocket.
         */
        post: operations["createTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Version
         * @description Which release answers.
         */
        get: operations["version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Webhooks
         * @description All endpoints of the tenant, newest first; with `limit` and `offset` a page and its links.
         */
        get: operations["listOrchestratorWebhooks"];
        put?: never;
        /**
         * Create Webhook
         * @description Register a URL; the answer shows the secret in clear.
         */
        post: operations["createOrchestratorWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Webhook
         * @description One endpoint.
         */
        get: operations["getOrchestratorWebhook"];
        /**
         * Update Webhook
         * @description Change the members named; `active` false pauses, true resumes.
         */
        put: operations["updateOrchestratorWebhook"];
        post?: never;
        /**
         * Delete Webhook
         * @description Delete an endpoint; its open deliveries are cancelled, its history stays.
         */
        delete: operations["deleteOrchestratorWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test Webhook
         * @description Send one request at once, in this door's wire profile; nothing is stored and nothing is tried again.
         */
        post: operations["testOrchestratorWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Workflows
         * @description Workflows, newest first.
         */
        get: operations["listOrchestratorWorkflows"];
        put?: never;
        /**
         * Create Workflow
         * @description Store a workflow as version 1.0.0.
         */
        post: operations["createOrchestratorWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{workflow_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Workflow
         * @description One workflow.
         */
        get: operations["getOrchestratorWorkflow"];
        /**
         * Update Workflow
         * @description Change the members named; changed tasks or points are the next patch version.
         */
        put: operations["updateOrchestratorWorkflow"];
        post?: never;
        /**
         * Delete Workflow
         * @description Delete a workflow that no source starts; executions under way end on their version.
         */
        delete: operations["deleteOrchestratorWorkflow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Problem
         * @description What a problem's `type` leads to: status, meaning and remedy, as plain text.
         */
        get: operations["problem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description The same document, always 200.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Livez
         * @description 200 while the event loop turns.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Prometheus text, for this machine or whoever holds the metrics token.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description 200 when work can be taken, 503 with the reason when not.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/startupz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Startupz
         * @description 200 once the schema is in place.
         */
        get: operations["startup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "agent.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * agent.failed
         * @description An agent, or a worker process of this instance: failed.
         */
        post: operations["onAgentFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "agent.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * agent.started
         * @description An agent, or a worker process of this instance: started.
         */
        post: operations["onAgentStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "agent.stopped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * agent.stopped
         * @description An agent, or a worker process of this instance: stopped.
         */
        post: operations["onAgentStopped"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "api.key.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * api.key.created
         * @description An API key was created.
         */
        post: operations["onApiKeyCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "api.key.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * api.key.revoked
         * @description An API key was revoked.
         */
        post: operations["onApiKeyRevoked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "api.limit.exceeded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * api.limit.exceeded
         * @description A rate limit was exceeded, told once a minute for a policy and subject.
         */
        post: operations["onApiLimitExceeded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "blocker.detected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * blocker.detected
         * @description Something that holds an execution up was detected.
         */
        post: operations["onBlockerDetected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "blocker.resolved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * blocker.resolved
         * @description Something that holds an execution up was resolved.
         */
        post: operations["onBlockerResolved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    custom: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * custom
         * @description Whatever an application publishes; also the name of test sends.
         */
        post: operations["onCustom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "delivery.exhausted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * delivery.exhausted
         * @description A delivery failed for the last time.
         */
        post: operations["onDeliveryExhausted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "delivery.failing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * delivery.failing
         * @description A delivery failed for the fourth time; it will be tried again.
         */
        post: operations["onDeliveryFailing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "delivery.recovered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * delivery.recovered
         * @description A delivery that was failing arrived.
         */
        post: operations["onDeliveryRecovered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "endpoint.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * endpoint.created
         * @description An endpoint was created.
         */
        post: operations["onEndpointCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "endpoint.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * endpoint.deleted
         * @description An endpoint was deleted.
         */
        post: operations["onEndpointDeleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "endpoint.disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * endpoint.disabled
         * @description An endpoint was disabled.
         */
        post: operations["onEndpointDisabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "endpoint.recovered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * endpoint.recovered
         * @description An endpoint was recovered.
         */
        post: operations["onEndpointRecovered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "endpoint.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * endpoint.updated
         * @description An endpoint was updated.
         */
        post: operations["onEndpointUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "execution.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * execution.cancelled
         * @description An execution of a workflow: cancelled. Also known as workflow.execution.cancelled.
         */
        post: operations["onExecutionCancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "execution.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * execution.completed
         * @description An execution of a workflow: completed. Also known as workflow.execution.completed, workflow.completed.
         */
        post: operations["onExecutionCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "execution.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * execution.failed
         * @description An execution of a workflow: failed. Also known as workflow.execution.failed, workflow.failed.
         */
        post: operations["onExecutionFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "execution.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * execution.started
         * @description An execution of a workflow: started. Also known as workflow.execution.started, workflow.started.
         */
        post: operations["onExecutionStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "milestone.achieved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * milestone.achieved
         * @description A milestone of an execution was achieved.
         */
        post: operations["onMilestoneAchieved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "progress.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * progress.updated
         * @description Progress of an execution: a step ended.
         */
        post: operations["onProgressUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "resource.allocated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * resource.allocated
         * @description Resources of a task were allocated.
         */
        post: operations["onResourceAllocated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "resource.released": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * resource.released
         * @description Resources of a task were released.
         */
        post: operations["onResourceReleased"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "resource.shortage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * resource.shortage
         * @description A task that is ready waits for resources.
         */
        post: operations["onResourceShortage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "step.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * step.cancelled
         * @description A step of an execution: cancelled. Also known as task.execution.cancelled.
         */
        post: operations["onStepCancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "step.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * step.completed
         * @description A step of an execution: completed. Also known as task.execution.completed.
         */
        post: operations["onStepCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "step.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * step.failed
         * @description A step of an execution: failed. Also known as task.execution.failed.
         */
        post: operations["onStepFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "step.retrying": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * step.retrying
         * @description An attempt of a step failed and another one is due.
         */
        post: operations["onStepRetrying"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "step.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * step.started
         * @description A step of an execution: started. Also known as task.execution.started.
         */
        post: operations["onStepStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "synchronization.point.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * synchronization.point.completed
         * @description All required tasks arrived at a synchronization point.
         */
        post: operations["onSynchronizationPointCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "synchronization.point.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * synchronization.point.failed
         * @description A synchronization point ran out of time, or a required task failed.
         */
        post: operations["onSynchronizationPointFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "synchronization.point.reached": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * synchronization.point.reached
         * @description A required task arrived at a synchronization point.
         */
        post: operations["onSynchronizationPointReached"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "system.error": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * system.error
         * @description Something went wrong inside the instance.
         */
        post: operations["onSystemError"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "system.health.degraded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * system.health.degraded
         * @description Health was degraded for more than ten seconds.
         */
        post: operations["onSystemHealthDegraded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "system.health.restored": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * system.health.restored
         * @description Health was restored for more than ten seconds.
         */
        post: operations["onSystemHealthRestored"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "system.info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * system.info
         * @description The instance did something worth knowing: started, stopped, migrated.
         */
        post: operations["onSystemInfo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "system.warning": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * system.warning
         * @description Something inside the instance needs attention soon.
         */
        post: operations["onSystemWarning"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.executed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * task.executed
         * @description A scheduled run was executed.
         */
        post: operations["onTaskExecuted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.execution.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * task.execution.cancelled
         * @description A task of an execution: cancelled. Also known as step.cancelled.
         */
        post: operations["onTaskExecutionCancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.execution.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * task.execution.completed
         * @description A task of an execution: completed. Also known as step.completed.
         */
        post: operations["onTaskExecutionCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.execution.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * task.execution.failed
         * @description A task of an execution: failed. Also known as step.failed.
         */
        post: operations["onTaskExecutionFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.execution.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * task.execution.started
         * @description A task of an execution: started. Also known as step.started.
         */
        post: operations["onTaskExecutionStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * task.failed
         * @description A scheduled run failed or could not start.
         */
        post: operations["onTaskFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * task.scheduled
         * @description A run was scheduled.
         */
        post: operations["onTaskScheduled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * webhook.failed
         * @description An inbound request could not be processed.
         */
        post: operations["onWebhookFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.filtered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * webhook.filtered
         * @description An inbound request did not pass its filters.
         */
        post: operations["onWebhookFiltered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.processed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * webhook.processed
         * @description An inbound request was processed.
         */
        post: operations["onWebhookProcessed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.received": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * webhook.received
         * @description A request came in; also the generic name of every provider's own type.
         */
        post: operations["onWebhookReceived"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.completed
         * @description An execution of a workflow: completed. Also known as execution.completed, workflow.execution.completed.
         */
        post: operations["onWorkflowCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.definition.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.definition.created
         * @description A workflow's definition was created.
         */
        post: operations["onWorkflowDefinitionCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.definition.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.definition.deleted
         * @description A workflow's definition was deleted.
         */
        post: operations["onWorkflowDefinitionDeleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.definition.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.definition.updated
         * @description A workflow's definition was updated.
         */
        post: operations["onWorkflowDefinitionUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.execution.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.execution.cancelled
         * @description An execution of a workflow: cancelled. Also known as execution.cancelled.
         */
        post: operations["onWorkflowExecutionCancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.execution.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.execution.completed
         * @description An execution of a workflow: completed. Also known as execution.completed, workflow.completed.
         */
        post: operations["onWorkflowExecutionCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.execution.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.execution.failed
         * @description An execution of a workflow: failed. Also known as execution.failed, workflow.failed.
         */
        post: operations["onWorkflowExecutionFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.execution.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.execution.started
         * @description An execution of a workflow: started. Also known as execution.started, workflow.started.
         */
        post: operations["onWorkflowExecutionStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.failed
         * @description An execution of a workflow: failed. Also known as execution.failed, workflow.execution.failed.
         */
        post: operations["onWorkflowFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.started
         * @description An execution of a workflow: started. Also known as execution.started, workflow.execution.started.
         */
        post: operations["onWorkflowStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "workflow.triggered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * workflow.triggered
         * @description A trigger matched and the execution is stored.
         */
        post: operations["onWorkflowTriggered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * AddressTestInput
         * @description An address that is no endpoint yet, as one would be made, and what to send to it.
         */
        AddressTestInput: {
            auth?: components["schemas"]["AuthInput"] | null;
            /** Cloudeventsmode */
            cloudEventsMode?: ("structured" | "binary") | null;
            /** Data */
            data?: unknown;
            /**
             * Event
             * @default custom
             */
            event?: string;
            /** Filter */
            filter?: {
                [key: string]: unknown;
            }[] | null;
            /** Headers */
            headers?: {
                [key: string]: string;
            } | null;
            /** Maxinflight */
            maxInFlight?: number | null;
            /** Metadata */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /** Method */
            method?: ("POST" | "PUT" | "PATCH" | "DELETE" | "GET") | null;
            /** Name */
            name?: string | null;
            ordering?: components["schemas"]["OrderingInput"] | null;
            /** Priority */
            priority?: number | null;
            /** Profile */
            profile?: ("standard" | "orchestrator" | "systemprompt" | "cloudevents") | null;
            rateLimit?: components["schemas"]["RateLimitInput"] | null;
            /** Retry */
            retry?: {
                [key: string]: unknown;
            } | null;
            signing?: components["schemas"]["SigningInput"] | null;
            /** Timeoutms */
            timeoutMs?: number | null;
            tls?: components["schemas"]["TlsInput"] | null;
            /** Unsafenumbers */
            unsafeNumbers?: ("exact" | "string" | "round") | null;
            /** Url */
            url: string;
        };
        /** @description Whatever the publisher sends */
        AnyData: unknown;
        /**
         * ApiKey
         * @description A key as it may be shown; `prefix` is its public part.
         */
        ApiKey: {
            /** Createdat */
            createdAt: string;
            /** Expiresat */
            expiresAt: string | null;
            /** Id */
            id: string;
            /** Lastusedat */
            lastUsedAt: string | null;
            /** Name */
            name: string;
            /** Prefix */
            prefix: string;
            /** Role */
            role: string | null;
            /** Scopes */
            scopes: string[];
        };
        /**
         * ApiKeyList
         * @description One page of keys.
         */
        ApiKeyList: {
            /** Data */
            data: components["schemas"]["ApiKey"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * ApiKeyPatch
         * @description What may change of a key: its name.
         */
        ApiKeyPatch: {
            /** Name */
            name: string;
        };
        /**
         * ApiKeyWrite
         * @description A new key. `expiresAt`: an instant, null for no end, absent for a year. `*` with a role: all the role may.
         */
        ApiKeyWrite: {
            /** Expiresat */
            expiresAt?: string | number | null;
            /** Name */
            name: string;
            /** Role */
            role?: string | null;
            /** Scopes */
            scopes: string[];
        };
        /**
         * Attempt
         * @description One HTTP try.
         */
        Attempt: {
            /** Deliveryid */
            deliveryId: string;
            /** Durationms */
            durationMs: number | null;
            /** Error */
            error: string | null;
            /** Errorcode */
            errorCode: string | null;
            /** Finishedat */
            finishedAt: string | null;
            /** Id */
            id: string;
            /** Number */
            number: number;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown";
            request: components["schemas"]["AttemptRequest"] | null;
            response: components["schemas"]["AttemptResponse"] | null;
            /** Startedat */
            startedAt: string;
            /** Statuscode */
            statusCode: number | null;
            timings: components["schemas"]["AttemptTimings"] | null;
            /**
             * Trigger
             * @enum {string}
             */
            trigger: "automatic" | "manual" | "resume" | "probe";
        };
        /**
         * AttemptList
         * @description All attempts of a delivery, oldest first; there are at most some dozens, so one page holds them.
         */
        AttemptList: {
            /** Data */
            data: components["schemas"]["Attempt"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * AttemptRequest
         * @description What was sent, without its body; credentials masked.
         */
        AttemptRequest: {
            /** Headers */
            headers: [
                string,
                string
            ][];
            /** Method */
            method: string;
            /** Url */
            url: string;
        };
        /**
         * AttemptResponse
         * @description What came back; `body` is null without the scope payloads:read.
         */
        AttemptResponse: {
            /** Body */
            body: string | null;
            /** Headers */
            headers: [
                string,
                string
            ][];
            /** Truncated */
            truncated: boolean;
        };
        /**
         * AttemptTimings
         * @description Whole milliseconds of each phase; null where it did not happen.
         */
        AttemptTimings: {
            /** Connectms */
            connectMs: number | null;
            /** Dnsms */
            dnsMs: number | null;
            /** Tlsms */
            tlsMs: number | null;
            /** Waitms */
            waitMs: number | null;
        };
        /**
         * AuditBreak
         * @description The first row that does not fit the chain, and why.
         */
        AuditBreak: {
            /** Id */
            id: string;
            /** Place */
            place: number;
            /** Reason */
            reason: string;
        };
        /**
         * AuditHead
         * @description The end of the chain; kept elsewhere, it proves later that nothing was cut off.
         */
        AuditHead: {
            /** Place */
            place: number;
            /** Seal */
            seal: string;
        };
        /**
         * AuditList
         * @description A page of changes.
         */
        AuditList: {
            /** Data */
            data: components["schemas"]["AuditRow"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * AuditRow
         * @description One change; `before` and `after` hold no secrets. `place` and `seal` come within seconds.
         */
        AuditRow: {
            /** Action */
            action: string;
            /** Actor */
            actor: string;
            /** After */
            after: {
                [key: string]: unknown;
            } | null;
            /** At */
            at: string;
            /** Before */
            before: {
                [key: string]: unknown;
            } | null;
            /** Id */
            id: string;
            /** Ip */
            ip: string | null;
            /** Place */
            place: number | null;
            /** Reason */
            reason: string | null;
            /** Requestid */
            requestId: string | null;
            /** Resource */
            resource: string;
            /** Seal */
            seal: string | null;
            /** Useragent */
            userAgent: string | null;
        };
        /**
         * AuditVerdict
         * @description What a walk over the chain found; `waiting` rows have no seal yet.
         */
        AuditVerdict: {
            /** Checked */
            checked: number;
            fault: components["schemas"]["AuditBreak"] | null;
            head: components["schemas"]["AuditHead"];
            /** Ok */
            ok: boolean;
            /** Waiting */
            waiting: number;
        };
        /**
         * AuthInput
         * @description How deliveries prove who sends them; without its values a kind keeps those it has.
         */
        AuthInput: {
            /** Apikey */
            apiKey?: string | null;
            /** Headername */
            headerName?: string | null;
            /** Password */
            password?: string | null;
            /** Token */
            token?: string | null;
            /**
             * Type
             * @enum {string}
             */
            type: "none" | "basic" | "bearer" | "api-key";
            /** Username */
            username?: string | null;
        };
        /**
         * AuthShape
         * @description How deliveries prove who sends them, without the values.
         */
        AuthShape: {
            /** Headername */
            headerName?: string;
            /**
             * Type
             * @enum {string}
             */
            type: "none" | "basic" | "bearer" | "api-key";
        };
        /**
         * BatchReplayResponse
         * @description A result for each id, as it was spelt.
         */
        BatchReplayResponse: {
            /** Results */
            results: {
                [key: string]: components["schemas"]["ReplayResult"];
            };
        };
        /**
         * BatchVerdict
         * @description What became of one event of a batch.
         */
        BatchVerdict: {
            /** Error */
            error?: {
                [key: string]: unknown;
            } | null;
            /** Id */
            id?: string | null;
            /** Index */
            index: number;
            /** Status */
            status: string;
        };
        /**
         * BlockerInput
         * @description What keeps a run from going on, and which step of it.
         */
        BlockerInput: {
            /** Description */
            description: string;
            /** Stepid */
            stepId?: string | null;
        };
        /** Body */
        Body: components["schemas"]["hookspan__api__execution_shapes__RetryInput"] | null;
        /**
         * BulkInput
         * @description Which deliveries: a query or ids (at most 1,000). `dryRun` only counts.
         */
        BulkInput: {
            /**
             * Dryrun
             * @default false
             */
            dryRun?: boolean;
            /** Ids */
            ids?: string[] | null;
            query?: components["schemas"]["BulkQuery"] | null;
            /**
             * Ratepersecond
             * @default 50
             */
            ratePerSecond?: number;
        };
        /**
         * BulkPreview
         * @description What a bulk change would do; `skipped` counts by the code that a single call would answer.
         */
        BulkPreview: {
            /** Sample */
            sample: components["schemas"]["DeliverySummary"][];
            /** Skipped */
            skipped: {
                [key: string]: number;
            };
            /** Total */
            total: number;
        };
        /**
         * BulkQuery
         * @description The filters of `GET /api/v1/deliveries`; each takes one value or a list.
         */
        BulkQuery: {
            /** Createdat[Gte] */
            "createdAt[gte]"?: string | number | null;
            /** Createdat[Lt] */
            "createdAt[lt]"?: string | number | null;
            /** Endpointid */
            endpointId?: string[] | null;
            /** Eventid */
            eventId?: string[] | null;
            /** Eventtype */
            eventType?: string[] | null;
            /** From */
            from?: string | number | null;
            /** Outcome */
            outcome?: ("delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown")[] | null;
            /** Priority */
            priority?: number | null;
            /** Reason */
            reason?: string[] | null;
            /** Status */
            status?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[] | null;
            /** Statuscode */
            statusCode?: string[] | null;
            /** To */
            to?: string | number | null;
        };
        /**
         * BulkReplayInput
         * @description Which events: a query or ids (at most 1,000); `endpointIds` makes it a replay for these endpoints alone.
         *
         *     `dryRun` only counts.
         */
        BulkReplayInput: {
            /**
             * Dryrun
             * @default false
             */
            dryRun?: boolean;
            /** Endpointids */
            endpointIds?: string[] | null;
            /** Eventids */
            eventIds?: string[] | null;
            query?: components["schemas"]["ReplayQuery"] | null;
            /**
             * Ratepersecond
             * @default 50
             */
            ratePerSecond?: number;
            /** Reason */
            reason?: string | null;
        };
        /**
         * BulkReplayPreview
         * @description What a replay of many would do; `skipped` counts by the reason why.
         */
        BulkReplayPreview: {
            /** Sample */
            sample: components["schemas"]["EventSummary"][];
            /** Skipped */
            skipped: {
                [key: string]: number;
            };
            /** Total */
            total: number;
        };
        /**
         * BulkRetryInput
         * @description As BulkInput; `force` sends again what was delivered already.
         */
        BulkRetryInput: {
            /**
             * Dryrun
             * @default false
             */
            dryRun?: boolean;
            /**
             * Force
             * @default false
             */
            force?: boolean;
            /** Ids */
            ids?: string[] | null;
            query?: components["schemas"]["BulkQuery"] | null;
            /**
             * Ratepersecond
             * @default 50
             */
            ratePerSecond?: number;
        };
        /**
         * Chain
         * @description An original and its replays, oldest first, at most 200 of `total`; a replay may be `maxDepth` deep.
         */
        Chain: {
            /** Data */
            data: components["schemas"]["ChainEvent"][];
            /** Maxdepth */
            maxDepth: number;
            /** Rooteventid */
            rootEventId: string;
            /** Total */
            total: number;
        };
        /**
         * ChainEvent
         * @description An event of a chain; `replay` is null on the original, `receiptStatus` on what did not come in by a request.
         */
        ChainEvent: {
            /** Createdat */
            createdAt: string;
            /** Executionid */
            executionId: string | null;
            /** Id */
            id: string;
            /** Receiptstatus */
            receiptStatus: ("received" | "processed" | "filtered" | "failed" | "held") | null;
            replay: components["schemas"]["ChainReplay"] | null;
            /** Replaycount */
            replayCount: number;
            /** Sourceeventid */
            sourceEventId: string | null;
            /** Status */
            status: string;
            /** Type */
            type: string;
        };
        /**
         * ChainReplay
         * @description By whom and why an event of a chain was made.
         */
        ChainReplay: {
            /** Actor */
            actor: string;
            /** Jobid */
            jobId: string | null;
            /** Modified */
            modified: boolean;
            /** Reason */
            reason: string | null;
        };
        /**
         * CompleteInput
         * @description What the step's output is.
         */
        CompleteInput: {
            /** Output */
            output?: unknown;
        };
        D1Data: {
            /** Format: date-time */
            completedAt: string | null;
            durationMs: number | null;
            error: {
                code: string;
                message: string;
                stepId?: string | null;
            } | null;
            executionId: string;
            output?: unknown;
            /** Format: date-time */
            startedAt: string | null;
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            stepsCompleted: number;
            stepsTotal: number;
            triggerEventId: string | null;
            /** @enum {string} */
            triggerType: "webhook" | "webhook_replay" | "event" | "schedule" | "manual";
            workflowId: string;
            workflowName: string;
            workflowVersion: number;
        };
        D2Data: {
            attempt: number;
            /** Format: date-time */
            completedAt: string | null;
            durationMs: number | null;
            error: {
                code: string;
                message: string;
                stepId?: string | null;
            } | null;
            executionId: string;
            id?: string;
            kind: string;
            output?: unknown;
            resources?: Record<string, never> | null;
            /** Format: date-time */
            startedAt: string | null;
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "skipped" | "cancelled";
            stepId: string;
            stepName: string;
            workflowId: string;
        };
        D2RetryingData: {
            attempt: number;
            /** Format: date-time */
            completedAt: string | null;
            durationMs: number | null;
            error: {
                code: string;
                message: string;
                stepId?: string | null;
            } | null;
            executionId: string;
            id?: string;
            kind: string;
            /** Format: date-time */
            nextAttemptAt: string | null;
            output?: unknown;
            resources?: Record<string, never> | null;
            /** Format: date-time */
            startedAt: string | null;
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "skipped" | "cancelled";
            stepId: string;
            stepName: string;
            workflowId: string;
        };
        D3Data: {
            body?: unknown;
            bodyBase64?: string;
            contentType: string | null;
            headers: Record<string, never>;
            method: string;
            path: string;
            query: string;
            /** Format: date-time */
            receivedAt: string;
            webhookId: string;
        };
        /**
         * Days
         * @description How many days something is kept; null for ever.
         */
        Days: {
            /** Days */
            days: number | null;
        };
        /**
         * DaysInput
         * @description 1 to 365 days, or null for ever.
         */
        DaysInput: {
            /** Days */
            days?: number | null;
        };
        DefinitionDeletedData: {
            /** Format: date-time */
            deletedAt: string;
            id: string;
            name: string;
            version: string;
        };
        /**
         * Delivery
         * @description One event owed to one endpoint; form and hash of its body are null once the event is gone.
         */
        Delivery: {
            /** Attempts */
            attempts: number;
            /** Bodyform */
            bodyForm: ("js" | "exact" | "raw") | null;
            /** Bodysha256 */
            bodySha256: string | null;
            /** Completedat */
            completedAt: string | null;
            /** Createdat */
            createdAt: string;
            /** Deliveredname */
            deliveredName: string;
            /** Endpointid */
            endpointId: string;
            /** Eventid */
            eventId: string;
            /** Eventtype */
            eventType: string;
            /** Id */
            id: string;
            /** Lastattemptat */
            lastAttemptAt: string | null;
            /** Lasterror */
            lastError: string | null;
            /** Laststatuscode */
            lastStatusCode: number | null;
            /** Maxattempts */
            maxAttempts: number;
            /** Nextattemptat */
            nextAttemptAt: string | null;
            /** Orderingkey */
            orderingKey: string | null;
            /** Priority */
            priority: number;
            /** Profile */
            profile: string;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled";
            /** Statusreason */
            statusReason: string | null;
            /** Url */
            url: string;
        };
        DeliveryChangeData: {
            /** Format: date-time */
            at: string;
            attempts: number;
            deliveryId: string;
            endpointId: string;
            eventId: string;
            eventType: string;
            lastError: string | null;
            lastStatusCode: number | null;
        };
        /**
         * DeliveryList
         * @description One page of deliveries.
         */
        DeliveryList: {
            /** Data */
            data: components["schemas"]["ListedDelivery"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * DeliverySummary
         * @description One event owed to one endpoint, in a list.
         */
        DeliverySummary: {
            /** Attempts */
            attempts: number;
            /** Completedat */
            completedAt: string | null;
            /** Createdat */
            createdAt: string;
            /** Deliveredname */
            deliveredName: string;
            /** Endpointid */
            endpointId: string;
            /** Eventid */
            eventId: string;
            /** Eventtype */
            eventType: string;
            /** Id */
            id: string;
            /** Lastattemptat */
            lastAttemptAt: string | null;
            /** Lasterror */
            lastError: string | null;
            /** Laststatuscode */
            lastStatusCode: number | null;
            /** Maxattempts */
            maxAttempts: number;
            /** Nextattemptat */
            nextAttemptAt: string | null;
            /** Orderingkey */
            orderingKey: string | null;
            /** Priority */
            priority: number;
            /** Profile */
            profile: string;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled";
            /** Statusreason */
            statusReason: string | null;
            /** Url */
            url: string;
        };
        /**
         * Endpoint
         * @description Where events are sent.
         */
        Endpoint: {
            auth: components["schemas"]["AuthShape"];
            /**
             * Breaker
             * @enum {string}
             */
            breaker: "closed" | "open" | "half_open";
            /**
             * Cloudeventsmode
             * @enum {string}
             */
            cloudEventsMode: "structured" | "binary";
            /** Createdat */
            createdAt: string;
            /**
             * Createdby
             * @enum {string}
             */
            createdBy: "native" | "orchestrator" | "cli" | "library";
            /** Events */
            events: string[];
            /** Filter */
            filter: {
                [key: string]: unknown;
            }[];
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /** Id */
            id: string;
            /** Lastdeliveryat */
            lastDeliveryAt: string | null;
            /** Maxinflight */
            maxInFlight: number;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Method
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
            /** Name */
            name: string;
            ordering: components["schemas"]["Ordering"] | null;
            /** Priority */
            priority: number | null;
            /**
             * Profile
             * @enum {string}
             */
            profile: "standard" | "orchestrator" | "systemprompt" | "cloudevents";
            rateLimit: components["schemas"]["RateLimit"] | null;
            retry: components["schemas"]["RetryPolicyShape"];
            signing: components["schemas"]["Signing"];
            stats24h: components["schemas"]["LatestStats"];
            /**
             * Status
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** Statuschangedat */
            statusChangedAt: string | null;
            /** Statusreason */
            statusReason: string | null;
            /** Timeoutms */
            timeoutMs: number;
            tls: components["schemas"]["Tls"];
            /**
             * Unsafenumbers
             * @enum {string}
             */
            unsafeNumbers: "exact" | "string" | "round";
            /** Updatedat */
            updatedAt: string;
            /** Url */
            url: string;
        };
        EndpointChangeData: {
            /** Format: date-time */
            at: string;
            endpointId: string;
            name: string;
            reason: string | null;
            /** @enum {string} */
            status: "active" | "paused" | "disabled" | "deleted";
            url: string;
        };
        /**
         * EndpointInput
         * @description A whole endpoint; what is absent gets its default.
         */
        EndpointInput: {
            auth?: components["schemas"]["AuthInput"] | null;
            /** Cloudeventsmode */
            cloudEventsMode?: ("structured" | "binary") | null;
            /** Events */
            events: string[];
            /** Filter */
            filter?: {
                [key: string]: unknown;
            }[] | null;
            /** Headers */
            headers?: {
                [key: string]: string;
            } | null;
            /** Maxinflight */
            maxInFlight?: number | null;
            /** Metadata */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /** Method */
            method?: ("POST" | "PUT" | "PATCH" | "DELETE" | "GET") | null;
            /** Name */
            name?: string | null;
            ordering?: components["schemas"]["OrderingInput"] | null;
            /** Priority */
            priority?: number | null;
            /** Profile */
            profile?: ("standard" | "orchestrator" | "systemprompt" | "cloudevents") | null;
            rateLimit?: components["schemas"]["RateLimitInput"] | null;
            /** Retry */
            retry?: {
                [key: string]: unknown;
            } | null;
            signing?: components["schemas"]["SigningInput"] | null;
            /** Timeoutms */
            timeoutMs?: number | null;
            tls?: components["schemas"]["TlsInput"] | null;
            /** Unsafenumbers */
            unsafeNumbers?: ("exact" | "string" | "round") | null;
            /** Url */
            url: string;
        };
        /**
         * EndpointLine
         * @description What an endpoint did in the window; `errorRate` is failed attempts ÷ attempts.
         */
        EndpointLine: {
            /** Attempts */
            attempts: number;
            /** Errorrate */
            errorRate: number;
            /** Failedattempts */
            failedAttempts: number;
            /**
             * Health
             * @enum {string}
             */
            health: "healthy" | "degraded" | "failing" | "idle" | "paused" | "disabled";
            /** Id */
            id: string;
            /** Sparkline */
            sparkline: components["schemas"]["LinePoint"][];
        };
        /**
         * EndpointLines
         * @description A line for each id that is an endpoint of the tenant.
         */
        EndpointLines: {
            /** Data */
            data: components["schemas"]["EndpointLine"][];
        };
        /**
         * EndpointList
         * @description One page of endpoints.
         */
        EndpointList: {
            /** Data */
            data: components["schemas"]["Endpoint"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * EndpointPatch
         * @description Members to change: absent = unchanged, null = its default; `headers` and `metadata` merge (RFC 7396).
         */
        EndpointPatch: {
            auth?: components["schemas"]["AuthInput"] | null;
            /** Cloudeventsmode */
            cloudEventsMode?: ("structured" | "binary") | null;
            /** Events */
            events?: string[] | null;
            /** Filter */
            filter?: {
                [key: string]: unknown;
            }[] | null;
            /** Headers */
            headers?: {
                [key: string]: string | null;
            } | null;
            /** Maxinflight */
            maxInFlight?: number | null;
            /** Metadata */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /** Method */
            method?: ("POST" | "PUT" | "PATCH" | "DELETE" | "GET") | null;
            /** Name */
            name?: string | null;
            ordering?: components["schemas"]["OrderingInput"] | null;
            /** Priority */
            priority?: number | null;
            /** Profile */
            profile?: ("standard" | "orchestrator" | "systemprompt" | "cloudevents") | null;
            rateLimit?: components["schemas"]["RateLimitInput"] | null;
            /** Retry */
            retry?: {
                [key: string]: unknown;
            } | null;
            signing?: components["schemas"]["SigningInput"] | null;
            /** Timeoutms */
            timeoutMs?: number | null;
            tls?: components["schemas"]["TlsInput"] | null;
            /** Unsafenumbers */
            unsafeNumbers?: ("exact" | "string" | "round") | null;
            /** Url */
            url?: string | null;
        };
        /**
         * EndpointSecrets
         * @description The live secrets in clear; `auth` holds the credentials, `headers` the secret-like ones with their values.
         */
        EndpointSecrets: {
            /** Auth */
            auth: {
                [key: string]: string;
            };
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /** Legacysecret */
            legacySecret: string | null;
            /** Previous */
            previous: components["schemas"]["hookspan__api__endpoint_shapes__PreviousSecret"][];
            /** Secret */
            secret: string;
        };
        /**
         * EndpointStats
         * @description The numbers of one endpoint; durations of attempts in milliseconds, rates from 0 to 1.
         */
        EndpointStats: {
            /** Attempts */
            attempts: number;
            /** Averagedurationms */
            averageDurationMs: number;
            /** Endpointid */
            endpointId: string;
            /** Faileddeliveries */
            failedDeliveries: number;
            /** Failurerate */
            failureRate: number;
            /** Lastdeliveryat */
            lastDeliveryAt: string | null;
            /** Lastfailureat */
            lastFailureAt: string | null;
            /** Lastsuccessat */
            lastSuccessAt: string | null;
            /** P95Durationms */
            p95DurationMs: number | null;
            /** Successfuldeliveries */
            successfulDeliveries: number;
            /** Totaldeliveries */
            totalDeliveries: number;
        };
        /**
         * EndpointTest
         * @description A test send that was kept.
         */
        EndpointTest: {
            attempt: components["schemas"]["TestedAttempt"];
            /**
             * Body
             * @default
             */
            body?: string;
            /** Createdat */
            createdAt: string;
            /** Durationms */
            durationMs: number;
            /** Endpointid */
            endpointId: string;
            /** Eventtype */
            eventType: string;
            /** Headers */
            headers?: {
                [key: string]: string;
            };
            /** Id */
            id: string;
            /** Message */
            message: string;
            /** Profile */
            profile: string;
            /** Statuscode */
            statusCode: number | null;
            /** Success */
            success: boolean;
            /** Url */
            url: string;
        };
        /**
         * EndpointTestInput
         * @description What to send: without `data` a sample of the event's type.
         */
        EndpointTestInput: {
            /** Data */
            data?: unknown;
            /**
             * Event
             * @default custom
             */
            event?: string;
        };
        /**
         * EndpointTestList
         * @description The latest tests of an endpoint, newest first.
         */
        EndpointTestList: {
            /** Data */
            data: components["schemas"]["EndpointTest"][];
        };
        /**
         * Event
         * @description An event in full; `data` is null and `dataBase64` set when it is not JSON, both null without payloads:read.
         *
         *     `forwards` is what local programs answered to it, the last ten, newest first; an export leaves it out.
         */
        Event: {
            counts: components["schemas"]["EventCounted"];
            /** Createdat */
            createdAt: string;
            /** Data */
            data: unknown;
            /** Database64 */
            dataBase64: string | null;
            /** Datacontenttype */
            dataContentType: string;
            /** Datasize */
            dataSize: number;
            /** Deliverat */
            deliverAt: string | null;
            execution?: components["schemas"]["ExecutionSummary"] | null;
            /** Executionid */
            executionId: string | null;
            /** Forwards */
            forwards: components["schemas"]["Forward"][];
            /** Id */
            id: string;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** Names */
            names: string[];
            /** Occurredat */
            occurredAt: string | null;
            /** Orderingkey */
            orderingKey: string | null;
            /**
             * Origin
             * @enum {string}
             */
            origin: "webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system";
            /** Priority */
            priority: number;
            receipt: components["schemas"]["Receipt"] | null;
            /** Replaycount */
            replayCount: number;
            /** Rooteventid */
            rootEventId: string | null;
            /** Sourceeventid */
            sourceEventId: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "stored" | "scheduled" | "cancelled" | "expunged";
            /** Subject */
            subject: string | null;
            /** Test */
            test: boolean;
            /** Traceid */
            traceId: string | null;
            /** Type */
            type: string;
            /** Version */
            version: number | null;
            /** Webhookid */
            webhookId: string | null;
            /** Workflowid */
            workflowId: string | null;
        };
        /**
         * EventBatchInput
         * @description Up to 1,000 events; `atomic` stores none when one is refused.
         */
        EventBatchInput: {
            /**
             * Atomic
             * @default false
             */
            atomic?: boolean;
            /** Events */
            events: components["schemas"]["EventInput"][];
        };
        /**
         * EventCounted
         * @description What became of an event.
         */
        EventCounted: {
            /** Delivered */
            delivered: number;
            /** Deliveries */
            deliveries: number;
            /** Executions */
            executions: number;
            /** Exhausted */
            exhausted: number;
        };
        /**
         * EventInput
         * @description An event to publish; `data` is any JSON and stays the bytes sent, or `dataBase64` with its content type.
         */
        EventInput: {
            /** Data */
            data?: unknown;
            /** Database64 */
            dataBase64?: string | null;
            /** Datacontenttype */
            dataContentType?: string | null;
            /** Deliverat */
            deliverAt?: string | number | null;
            /** Idempotencykey */
            idempotencyKey?: string | null;
            /** Metadata */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /** Occurredat */
            occurredAt?: string | number | null;
            /** Orderingkey */
            orderingKey?: string | null;
            /**
             * Priority
             * @default 1
             */
            priority?: number;
            /** Subject */
            subject?: string | null;
            /** Type */
            type: string;
            /** Version */
            version?: number | null;
        };
        /**
         * EventList
         * @description One page of events; `truncated` where a search had to look at too much for one page: its cursor leads on.
         */
        EventList: {
            /** Data */
            data: components["schemas"]["ListedEvent"][];
            /** Facets */
            facets?: {
                [key: string]: {
                    [key: string]: number;
                };
            } | null;
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
            /** Truncated */
            truncated?: boolean | null;
        };
        /**
         * EventMetadata
         * @description What enrichment keeps of a request: what its source switched off is null; once erased, nothing is left.
         *
         *     A long one is cut to where a request came from and when, in lists. `custom` is empty without payloads:read.
         */
        EventMetadata: {
            /** Contentlength */
            contentLength?: number | null;
            /** Contenttype */
            contentType?: string | null;
            /** Custom */
            custom?: {
                [key: string]: unknown;
            } | null;
            /** Geo */
            geo?: {
                [key: string]: string | number | null;
            } | null;
            /** Receivedat */
            receivedAt?: string | null;
            /** Sourceip */
            sourceIp?: string | null;
            timing?: components["schemas"]["EventTiming"] | null;
            /** Useragent */
            userAgent?: string | null;
            userAgentParsed?: components["schemas"]["UserAgentParsed"] | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * EventSummary
         * @description An event in a list.
         */
        EventSummary: {
            counts: components["schemas"]["EventCounted"];
            /** Createdat */
            createdAt: string;
            /** Datacontenttype */
            dataContentType: string;
            /** Datasize */
            dataSize: number;
            /** Deliverat */
            deliverAt: string | null;
            /** Executionid */
            executionId: string | null;
            /** Id */
            id: string;
            /** Names */
            names: string[];
            /** Occurredat */
            occurredAt: string | null;
            /** Orderingkey */
            orderingKey: string | null;
            /**
             * Origin
             * @enum {string}
             */
            origin: "webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system";
            /** Priority */
            priority: number;
            receipt: components["schemas"]["ReceiptSummary"] | null;
            /** Replaycount */
            replayCount: number;
            /** Rooteventid */
            rootEventId: string | null;
            /** Sourceeventid */
            sourceEventId: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "stored" | "scheduled" | "cancelled" | "expunged";
            /** Subject */
            subject: string | null;
            /** Test */
            test: boolean;
            /** Traceid */
            traceId: string | null;
            /** Type */
            type: string;
            /** Version */
            version: number | null;
            /** Webhookid */
            webhookId: string | null;
            /** Workflowid */
            workflowId: string | null;
        };
        /**
         * EventTiming
         * @description How long the phases took; `storeMs` is always 0: it is written by the very commit that it would measure.
         */
        EventTiming: {
            /** Filterms */
            filterMs: number;
            /** Readms */
            readMs: number;
            /** Storems */
            storeMs: number;
            /** Verifyms */
            verifyMs: number;
        };
        /**
         * EventType
         * @description One version of an event type; of a built-in one `createdAt` and `updatedAt` are null.
         */
        EventType: {
            /** Aliases */
            aliases: string[];
            /** Archived */
            archived: boolean;
            /** Builtin */
            builtIn: boolean;
            /** Canonical */
            canonical: string;
            /**
             * Compatibility
             * @enum {string}
             */
            compatibility: "none" | "backward";
            /** Createdat */
            createdAt: string | null;
            /** Description */
            description: string;
            /** Examples */
            examples: unknown[];
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Retain
             * @enum {string}
             */
            retain: "always" | "wanted";
            /** Schema */
            schema: {
                [key: string]: unknown;
            } | boolean;
            /** Seed */
            seed: ("S1" | "S2" | "S3")[];
            /** Updatedat */
            updatedAt: string | null;
            /** Version */
            version: number;
        };
        /**
         * EventTypeInput
         * @description A new event type; `schema` is JSON Schema 2020-12 that refers only to itself.
         */
        EventTypeInput: {
            /** Compatibility */
            compatibility?: ("none" | "backward") | null;
            /** Description */
            description?: string | null;
            /** Examples */
            examples?: unknown[] | null;
            /** Name */
            name: string;
            /** Schema */
            schema: {
                [key: string]: unknown;
            } | boolean;
        };
        /**
         * EventTypeList
         * @description One page of event types by name, or the versions of one, newest first.
         */
        EventTypeList: {
            /** Data */
            data: components["schemas"]["EventType"][];
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /**
         * EventTypePatch
         * @description Members of an event type; absent = unchanged. Another schema is the next version.
         */
        EventTypePatch: {
            /** Compatibility */
            compatibility?: ("none" | "backward") | null;
            /** Description */
            description?: string | null;
            /** Examples */
            examples?: unknown[] | null;
            /**
             * Schema
             * @default true
             */
            schema?: {
                [key: string]: unknown;
            } | boolean;
        };
        /**
         * Execution
         * @description One run of a workflow; `steps` with `expand=steps`. Content is null without the scope payloads:read.
         *
         *     `outputTruncated` stands only where the outputs of its last steps are too large together: `output` is null then.
         */
        Execution: {
            /** Completedat */
            completedAt: string | null;
            /** Createdat */
            createdAt: string;
            /** Durationms */
            durationMs: number | null;
            error: components["schemas"]["ExecutionError"] | null;
            /** Id */
            id: string;
            /** Input */
            input: unknown;
            /** Output */
            output: unknown;
            /** Outputtruncated */
            outputTruncated?: boolean | null;
            /** Parentexecutionid */
            parentExecutionId: string | null;
            /** Parentstepid */
            parentStepId: string | null;
            /** Priority */
            priority: number;
            /** Startedat */
            startedAt: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            /** Steps */
            steps?: components["schemas"]["ExecutionStep"][];
            /** Triggereventid */
            triggerEventId: string | null;
            /**
             * Triggertype
             * @enum {string}
             */
            triggerType: "webhook" | "webhook_replay" | "event" | "schedule" | "manual";
            /** Workflowid */
            workflowId: string;
            /** Workflowversion */
            workflowVersion: number;
        };
        /**
         * ExecutionBlocker
         * @description What keeps a run from going on, found or told; a found one bears the id of the step or sync point that waits.
         */
        ExecutionBlocker: {
            /** Createdat */
            createdAt: string;
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Resolvedat */
            resolvedAt: string | null;
            /** Taskexecutionid */
            taskExecutionId: string | null;
            /** Workflowexecutionid */
            workflowExecutionId: string;
        };
        /**
         * ExecutionError
         * @description Why an execution failed, and which step of it if it was one.
         */
        ExecutionError: {
            /** Code */
            code: string;
            /** Message */
            message: string;
            /** Stepid */
            stepId: string | null;
        };
        /**
         * ExecutionList
         * @description One page of executions.
         */
        ExecutionList: {
            /** Data */
            data: components["schemas"]["ExecutionSummary"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * ExecutionMilestone
         * @description A milestone or sync point of a run.
         */
        ExecutionMilestone: {
            /** Achieved */
            achieved: boolean;
            /** Achievedat */
            achievedAt: string | null;
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Workflowexecutionid */
            workflowExecutionId: string;
        };
        /**
         * ExecutionProgress
         * @description How far a run is; `estimatedCompletion` is null without history, and the end itself once it completed.
         */
        ExecutionProgress: {
            /** Blockers */
            blockers: components["schemas"]["ExecutionBlocker"][];
            /** Completedtasks */
            completedTasks: number;
            /** Estimatedcompletion */
            estimatedCompletion: string | null;
            /** Id */
            id: string;
            /** Milestones */
            milestones: components["schemas"]["ExecutionMilestone"][];
            /** Percentage */
            percentage: number;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            /** Totaltasks */
            totalTasks: number;
            /** Workflowexecutionid */
            workflowExecutionId: string;
        };
        /**
         * ExecutionQueue
         * @description Executions of one priority: due and waiting, how long the oldest waits (0 without one), under way.
         */
        ExecutionQueue: {
            /** Depth */
            depth: number;
            /** Inflight */
            inFlight: number;
            /** Oldestms */
            oldestMs: number;
        };
        /**
         * ExecutionStep
         * @description One step of a run; input and output are null without the scope payloads:read.
         *
         *     `input` is what a step sent or was called with, so only steps of kind `http`, `python` and `workflow` have one.
         *
         *     `reason` says why a step was skipped, which case a branch took or why none, or what could not be judged.
         *     `inputTruncated` and `outputTruncated` stand only where what is too large is left out, as null.
         *     Only a step that waits outside has a callback, and only callers with the scope workflows:run see it: whoever knows
         *     `callbackUrl` may answer in the step's name, once, until `callbackExpiresAt`.
         */
        ExecutionStep: {
            /** Attempt */
            attempt: number;
            /** Callbackexpiresat */
            callbackExpiresAt?: string | null;
            /** Callbackurl */
            callbackUrl?: string | null;
            /** Completedat */
            completedAt: string | null;
            /** Durationms */
            durationMs: number | null;
            error: components["schemas"]["StepError"] | null;
            /** Id */
            id: string;
            /** Input */
            input: unknown;
            /** Inputtruncated */
            inputTruncated?: boolean | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "pass" | "transform" | "http" | "branch" | "wait" | "emit" | "external" | "python" | "workflow";
            /** Name */
            name: string;
            /** Nextattemptat */
            nextAttemptAt: string | null;
            /** Output */
            output: unknown;
            /** Outputtruncated */
            outputTruncated?: boolean | null;
            /** Reason */
            reason: string | null;
            /** Startedat */
            startedAt: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "skipped" | "cancelled";
            /** Stepid */
            stepId: string;
        };
        /**
         * ExecutionStepList
         * @description Every step of a run, in the order of its workflow.
         */
        ExecutionStepList: {
            /** Data */
            data: components["schemas"]["ExecutionStep"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * ExecutionSummary
         * @description One run of a workflow, in a list; a child names the step of its parent that it is the work of.
         */
        ExecutionSummary: {
            /** Completedat */
            completedAt: string | null;
            /** Createdat */
            createdAt: string;
            /** Durationms */
            durationMs: number | null;
            error: components["schemas"]["ExecutionError"] | null;
            /** Id */
            id: string;
            /** Parentexecutionid */
            parentExecutionId: string | null;
            /** Parentstepid */
            parentStepId: string | null;
            /** Priority */
            priority: number;
            /** Startedat */
            startedAt: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            /** Triggereventid */
            triggerEventId: string | null;
            /**
             * Triggertype
             * @enum {string}
             */
            triggerType: "webhook" | "webhook_replay" | "event" | "schedule" | "manual";
            /** Workflowid */
            workflowId: string;
            /** Workflowversion */
            workflowVersion: number;
        };
        /**
         * FailInput
         * @description Why the step failed, in words or with a code of the caller's.
         */
        FailInput: {
            error: string | components["schemas"]["StepFailure"];
        };
        Fault: {
            code: string;
            detail: string;
            pointer: string;
        };
        /**
         * FilterBacktestInput
         * @description How many stored requests to try, and the rows; without `filters` the stored ones.
         */
        FilterBacktestInput: {
            /** Filters */
            filters?: {
                /**
                 * Enabled
                 * @default true
                 */
                enabled?: boolean;
                /** Fieldpath */
                fieldPath: string;
                /** Id */
                id?: string | null;
                /**
                 * Logicgroup
                 * @default 0
                 */
                logicGroup?: number;
                /** Operator */
                operator: string;
                /** Value */
                value?: unknown;
            }[] | null;
            /**
             * Last
             * @default 100
             */
            last?: number;
        };
        /**
         * FilterBacktestResult
         * @description How the last requests fare; `failed` counts those that spend what one evaluation may.
         */
        FilterBacktestResult: {
            changed: components["schemas"]["FilterChanges"];
            examples: components["schemas"]["FilterExamples"];
            /** Failed */
            failed: number;
            /** Filtered */
            filtered: number;
            /** Passed */
            passed: number;
            /** Tested */
            tested: number;
        };
        /**
         * FilterChanges
         * @description How many requests get another verdict than they got when they came, and ids of some, by what it is now.
         */
        FilterChanges: {
            /** Count */
            count: number;
            /** Filtered */
            filtered: string[];
            /** Passed */
            passed: string[];
        };
        /**
         * FilterClause
         * @description One row's verdict; `actual` is left out for those who may not see payloads.
         */
        FilterClause: {
            /** Actual */
            actual?: unknown;
            /** Expected */
            expected: unknown;
            /** Fieldpath */
            fieldPath: string;
            /** Filterid */
            filterId: string | null;
            /** Found */
            found: boolean;
            /** Operator */
            operator: string;
            /** Passed */
            passed: boolean;
        };
        /**
         * FilterExamples
         * @description Ids of events, latest first, at most five of each.
         */
        FilterExamples: {
            /** Failed */
            failed: string[];
            /** Filtered */
            filtered: string[];
            /** Passed */
            passed: string[];
        };
        /**
         * FilterForm
         * @description Operators, where paths may begin over a request and over an event, and how much there may be.
         */
        FilterForm: {
            /** Aliases */
            aliases: {
                [key: string]: string;
            };
            /** Eventscopes */
            eventScopes: string[];
            /** Groupsmost */
            groupsMost: number;
            /** Operators */
            operators: components["schemas"]["OperatorForm"][];
            /** Requestscopes */
            requestScopes: string[];
            /** Rowsmost */
            rowsMost: number;
        };
        /**
         * FilterGroup
         * @description A group's verdict.
         */
        FilterGroup: {
            /** Clauses */
            clauses: components["schemas"]["FilterClause"][];
            /** Group */
            group: number;
            /** Passed */
            passed: boolean;
        };
        /**
         * FilterTestInput
         * @description A request to try, told or stored (`eventId`), and the rows to try; without `filters` the stored ones.
         */
        FilterTestInput: {
            /** Eventid */
            eventId?: string | null;
            /** Filters */
            filters?: {
                /**
                 * Enabled
                 * @default true
                 */
                enabled?: boolean;
                /** Fieldpath */
                fieldPath: string;
                /** Id */
                id?: string | null;
                /**
                 * Logicgroup
                 * @default 0
                 */
                logicGroup?: number;
                /** Operator */
                operator: string;
                /** Value */
                value?: unknown;
            }[] | null;
            /** Headers */
            headers?: {
                [key: string]: string;
            } | null;
            /**
             * Method
             * @default POST
             */
            method?: string;
            /** Payload */
            payload?: unknown;
            /** Query */
            query?: {
                [key: string]: string;
            } | null;
        };
        /**
         * FilterTestResult
         * @description The verdict and why; `error` is `filter_error` when the filter spent what one evaluation may.
         */
        FilterTestResult: {
            /** Details */
            details: {
                [key: string]: string[];
            };
            /** Error */
            error?: "filter_error" | null;
            /** Groups */
            groups: components["schemas"]["FilterGroup"][];
            /** Passed */
            passed: boolean;
            /** Reason */
            reason: string;
        };
        /**
         * Form
         * @description What one kind of thing takes.
         */
        Form: {
            /** Fields */
            fields: components["schemas"]["FormField"][];
            /** Id */
            id: string;
            /** Title */
            title: string;
        };
        /**
         * FormField
         * @description One input. `kind` is text, secret, choice, integer, boolean, list or json; absent limits are null.
         */
        FormField: {
            /** Choices */
            choices?: string[] | null;
            /** Default */
            default?: unknown;
            /**
             * Help
             * @default
             */
            help?: string;
            /** Kind */
            kind: string;
            /** Maximum */
            maximum?: number | null;
            /** Maxlength */
            maxLength?: number | null;
            /** Minimum */
            minimum?: number | null;
            /** Name */
            name: string;
            /** Required */
            required: boolean;
            /**
             * Templates
             * @default false
             */
            templates?: boolean;
        };
        /**
         * Forms
         * @description What the forms of a dashboard are made of.
         */
        Forms: {
            /** Endpoint */
            endpoint: components["schemas"]["FormField"][];
            /** Endpointauth */
            endpointAuth: components["schemas"]["Form"][];
            /** Enrichment */
            enrichment: components["schemas"]["FormField"][];
            filters: components["schemas"]["FilterForm"];
            /** Presets */
            presets: components["schemas"]["PresetForm"][];
            /** Priorities */
            priorities: {
                [key: string]: string;
            };
            /** Profiles */
            profiles: string[];
            /** Retry */
            retry: components["schemas"]["RetryForm"][];
            /** Stepkinds */
            stepKinds: components["schemas"]["Form"][];
            /** Timeoutms */
            timeoutMs: {
                [key: string]: number;
            };
            /** Webhook */
            webhook: components["schemas"]["FormField"][];
            /** Webhookauth */
            webhookAuth: components["schemas"]["Form"][];
        };
        /**
         * Forward
         * @description One forward.
         */
        Forward: {
            /** Createdat */
            createdAt: string;
            /** Durationms */
            durationMs: number;
            /** Error */
            error: string | null;
            /** Id */
            id: string;
            /** Statuscode */
            statusCode: number | null;
            /** Target */
            target: string | null;
        };
        /**
         * ForwardInput
         * @description What came of a forward: a status, or `error` where nobody answered. `target` is where it went.
         */
        ForwardInput: {
            /** Durationms */
            durationMs: number;
            /** Error */
            error?: string | null;
            /** Statuscode */
            statusCode?: number | null;
            /** Target */
            target?: string | null;
        };
        /**
         * ForwardList
         * @description The last ten forwards of an event, newest first.
         */
        ForwardList: {
            /** Data */
            data: components["schemas"]["Forward"][];
        };
        /**
         * FoundList
         * @description What was found; at most ten of a kind.
         */
        FoundList: {
            /** Data */
            data: components["schemas"]["FoundThing"][];
        };
        /**
         * FoundThing
         * @description A thing of the tenant.
         */
        FoundThing: {
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Title */
            title: string;
        };
        /**
         * Health
         * @description Every check by name, each with `ok` and what it measured.
         */
        Health: {
            /** Checks */
            checks: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** Status */
            status: string;
        };
        HealthDegradedData: {
            checks: Record<string, never>;
            /** Format: date-time */
            since: string;
            status: string;
        };
        HealthRestoredData: {
            checks: Record<string, never>;
            downtime_ms: number;
            /** Format: date-time */
            since: string;
            status: string;
        };
        /**
         * HeldQueue
         * @description Receipts of paused sources, which wait for people: how many, and how long the oldest has.
         */
        HeldQueue: {
            /** Depth */
            depth: number;
            /** Oldestms */
            oldestMs: number;
        };
        /**
         * RetryInput
         * @description `force` sends again what was delivered already.
         */
        hookspan__api__delivery_shapes__RetryInput: {
            /**
             * Force
             * @default false
             */
            force?: boolean;
        };
        /**
         * PreviousSecret
         * @description An older secret that still signs.
         */
        hookspan__api__endpoint_shapes__PreviousSecret: {
            /** Expiresat */
            expiresAt: string | null;
            /** Hint */
            hint: string;
            /**
             * Which
             * @enum {string}
             */
            which: "standard" | "legacy";
        };
        /**
         * RetryInput
         * @description Which failed step is tried again; all of them unless one is named.
         */
        hookspan__api__execution_shapes__RetryInput: {
            /** Stepid */
            stepId?: string | null;
        };
        /**
         * PreviousSecret
         * @description A secret that still holds until it expires.
         */
        hookspan__api__source_shapes__PreviousSecret: {
            /** Expiresat */
            expiresAt: string | null;
            /** Hint */
            hint: string;
        };
        /**
         * InboundRequestShape
         * @description The inbound request with its exact body; headers as stored, in order, credentials masked.
         */
        InboundRequestShape: {
            /** Bodybase64 */
            bodyBase64: string;
            /** Headers */
            headers: [
                string,
                string
            ][];
            /** Method */
            method: string;
            /** Path */
            path: string;
            /** Query */
            query: string;
        };
        /**
         * Inbox
         * @description An inbox; whoever knows `url` may send to it.
         */
        Inbox: {
            /** Createdat */
            createdAt: string;
            /** Expiresat */
            expiresAt: string;
            /** Id */
            id: string;
            /** Status */
            status: number;
            /** Url */
            url: string;
        };
        /**
         * InboxList
         * @description All inboxes of the tenant; there are at most a hundred, so one page holds them.
         */
        InboxList: {
            /** Data */
            data: components["schemas"]["Inbox"][];
            /**
             * Hasmore
             * @default false
             */
            hasMore?: boolean;
            /** Nextcursor */
            nextCursor?: string | null;
            /** Prevcursor */
            prevCursor?: string | null;
        };
        /**
         * InboxRequest
         * @description One request as it came. `bodyBase64` is exact; `bodyText` and `bodyJson` are null where it is no such thing.
         */
        InboxRequest: {
            /** Bodybase64 */
            bodyBase64: string;
            /** Bodyjson */
            bodyJson: unknown;
            /** Bodysize */
            bodySize: number;
            /** Bodytext */
            bodyText: string | null;
            /** Headers */
            headers: [
                string,
                string
            ][];
            /** Id */
            id: string;
            /** Method */
            method: string;
            /** Query */
            query: string;
            /** Receivedat */
            receivedAt: string;
        };
        /**
         * InboxRequestList
         * @description What an inbox got, newest first; the last hundred.
         */
        InboxRequestList: {
            /** Data */
            data: components["schemas"]["InboxRequest"][];
            /**
             * Hasmore
             * @default false
             */
            hasMore?: boolean;
            /** Nextcursor */
            nextCursor?: string | null;
            /** Prevcursor */
            prevCursor?: string | null;
        };
        /**
         * InboxWrite
         * @description A new inbox: what it answers, and how long it lives (a minute to a week, a day unless named).
         */
        InboxWrite: {
            /**
             * Status
             * @default 200
             */
            status?: number;
            /**
             * Ttlms
             * @default 86400000
             */
            ttlMs?: number;
        };
        /**
         * Issue
         * @description Deliveries of one object that last failed in one way; `sampleIds` are the newest of them.
         */
        Issue: {
            /** Count */
            count: number;
            /** Endpointid */
            endpointId: string;
            /** Errorcode */
            errorCode: string;
            /** Exhausted */
            exhausted: number;
            /** Firstseenat */
            firstSeenAt: string;
            /**
             * Kind
             * @constant
             */
            kind: "endpoint";
            /** Lastseenat */
            lastSeenAt: string;
            /** Sampleids */
            sampleIds: string[];
            /** Statuscode */
            statusCode: number | null;
        };
        /**
         * IssueList
         * @description All issues, the one with most deliveries first; `countedFrom` is set when there was too much to look at.
         */
        IssueList: {
            /** Countedfrom */
            countedFrom: string | null;
            /** Data */
            data: components["schemas"]["Issue"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * Job
         * @description Long work and how far it is; the first 100 errors are kept.
         */
        Job: {
            /** Createdat */
            createdAt: string;
            /** Createdby */
            createdBy: string;
            /** Done */
            done: number;
            /** Errors */
            errors: components["schemas"]["JobError"][];
            /** Failed */
            failed: number;
            /** Finishedat */
            finishedAt: string | null;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Plan */
            plan: {
                [key: string]: unknown;
            };
            /** Startedat */
            startedAt: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "running" | "done" | "failed" | "cancelled";
            /** Succeeded */
            succeeded: number;
            /** Total */
            total: number;
        };
        /**
         * JobError
         * @description An item that could not be done.
         */
        JobError: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Id */
            id: string;
        };
        /**
         * JobList
         * @description One page of jobs.
         */
        JobList: {
            /** Data */
            data: components["schemas"]["Job"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * KeptTestRequest
         * @description A test request as it was asked for, and the headers that were sent; credentials masked.
         */
        KeptTestRequest: {
            /** Body */
            body: string | null;
            /** Bodytruncated */
            bodyTruncated: boolean;
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /** Method */
            method: string;
            /** Path */
            path: string;
            /** Query */
            query: string;
            /** Sentheaders */
            sentHeaders: {
                [key: string]: string;
            };
            /** Sign */
            sign: boolean;
        };
        /**
         * LastRun
         * @description The tenant's last run: when it began, and how many records of each kind went.
         */
        LastRun: {
            /** Deleted */
            deleted: {
                [key: string]: number;
            };
            /** Startedat */
            startedAt: string;
        };
        /**
         * LatestStats
         * @description Deliveries that ended in the last 24 hours.
         */
        LatestStats: {
            /** Delivered */
            delivered: number;
            /** Exhausted */
            exhausted: number;
            /** Failurerate */
            failureRate: number;
        };
        LimitExceededData: {
            limit: number;
            /** Format: date-time */
            occurred_at: string;
            path: string;
            policy: string;
            subject: string;
            window_ms: number;
        };
        /**
         * LinePoint
         * @description One step of an endpoint's sparkline; `failed` counts deliveries that were given up.
         */
        LinePoint: {
            /** At */
            at: string;
            /** Delivered */
            delivered: number;
            /** Failed */
            failed: number;
        };
        /**
         * ListedDelivery
         * @description A delivery in a list; with `expand=attempts` its attempts stand beside it, oldest first.
         */
        ListedDelivery: {
            /** Attemptlist */
            attemptList?: components["schemas"]["Attempt"][] | null;
            /** Attempts */
            attempts: number;
            /** Completedat */
            completedAt: string | null;
            /** Createdat */
            createdAt: string;
            /** Deliveredname */
            deliveredName: string;
            /** Endpointid */
            endpointId: string;
            /** Eventid */
            eventId: string;
            /** Eventtype */
            eventType: string;
            /** Id */
            id: string;
            /** Lastattemptat */
            lastAttemptAt: string | null;
            /** Lasterror */
            lastError: string | null;
            /** Laststatuscode */
            lastStatusCode: number | null;
            /** Maxattempts */
            maxAttempts: number;
            /** Nextattemptat */
            nextAttemptAt: string | null;
            /** Orderingkey */
            orderingKey: string | null;
            /** Priority */
            priority: number;
            /** Profile */
            profile: string;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled";
            /** Statusreason */
            statusReason: string | null;
            /** Url */
            url: string;
        };
        /**
         * ListedEvent
         * @description An event in a list; with `expand=execution` and where there is one, its execution as lists show it.
         *
         *     It is the one that `executionId` names, or else the one that `receipt` does.
         */
        ListedEvent: {
            counts: components["schemas"]["EventCounted"];
            /** Createdat */
            createdAt: string;
            /** Datacontenttype */
            dataContentType: string;
            /** Datasize */
            dataSize: number;
            /** Deliverat */
            deliverAt: string | null;
            execution?: components["schemas"]["ExecutionSummary"] | null;
            /** Executionid */
            executionId: string | null;
            /** Id */
            id: string;
            /** Names */
            names: string[];
            /** Occurredat */
            occurredAt: string | null;
            /** Orderingkey */
            orderingKey: string | null;
            /**
             * Origin
             * @enum {string}
             */
            origin: "webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system";
            /** Priority */
            priority: number;
            receipt: components["schemas"]["ReceiptSummary"] | null;
            /** Replaycount */
            replayCount: number;
            /** Rooteventid */
            rootEventId: string | null;
            /** Sourceeventid */
            sourceEventId: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "stored" | "scheduled" | "cancelled" | "expunged";
            /** Subject */
            subject: string | null;
            /** Test */
            test: boolean;
            /** Traceid */
            traceId: string | null;
            /** Type */
            type: string;
            /** Version */
            version: number | null;
            /** Webhookid */
            webhookId: string | null;
            /** Workflowid */
            workflowId: string | null;
        };
        /**
         * ListedWorkflow
         * @description A workflow with the graph of its newest version.
         */
        ListedWorkflow: {
            /**
             * Concurrency
             * @description how many executions run at once, of all versions; null is no limit
             */
            concurrency: number | null;
            /** Createdat */
            createdAt: string;
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Milestones */
            milestones: components["schemas"]["Milestone"][];
            /** Name */
            name: string;
            /** Priority */
            priority: number;
            /** Semver */
            semver: string;
            /**
             * Status
             * @enum {string}
             */
            status: "draft" | "active" | "inactive" | "archived";
            /** Steps */
            steps: components["schemas"]["Step"][];
            /** Syncpoints */
            syncPoints: components["schemas"]["SyncPoint"][];
            /** Triggers */
            triggers: components["schemas"]["Trigger"][];
            /** Updatedat */
            updatedAt: string;
            /**
             * Vars
             * @description constants that templates read as vars
             */
            vars: {
                [key: string]: unknown;
            };
            /** Version */
            version: number;
        };
        /**
         * LoggedIn
         * @description `token` and `tokenType` are left out when a cookie was asked for; `expiresIn` is in seconds.
         */
        LoggedIn: {
            /** Expiresat */
            expiresAt: string;
            /** Expiresin */
            expiresIn: number;
            /** Token */
            token?: string;
            /** Tokentype */
            tokenType?: string;
            user: components["schemas"]["LoggedInUser"];
        };
        /**
         * LoggedInUser
         * @description The person, with roles as `/api/auth` spells them.
         */
        LoggedInUser: {
            /** Id */
            id: string;
            /** Roles */
            roles: string[];
            /** Tenantid */
            tenantId: string;
            /** Username */
            username: string;
        };
        /**
         * Login
         * @description Who, and the word that proves it.
         */
        Login: {
            /** Password */
            password: string;
            /** Username */
            username: string;
        };
        /**
         * Me
         * @description The caller: a person, or a key under its name.
         */
        Me: {
            /** Expiresat */
            expiresAt: string | null;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Roles */
            roles: string[];
            /** Scopes */
            scopes: string[];
            /** Tenantid */
            tenantId: string;
            /** Username */
            username: string;
        };
        Message: {
            message: string;
        };
        /**
         * Meta
         * @description What a client may count on here.
         */
        Meta: {
            /** Baseurl */
            baseUrl: string;
            /** Features */
            features: {
                [key: string]: boolean;
            };
            /** Limits */
            limits: {
                [key: string]: unknown;
            };
            /** Retention */
            retention: {
                [key: string]: unknown;
            };
            /** Version */
            version: string;
        };
        /**
         * Milestone
         * @description Achieved when all of `after` are done, or when somebody says so.
         */
        Milestone: {
            /** After */
            after: string[];
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * NewApiKey
         * @description The one answer that holds the key itself.
         */
        NewApiKey: {
            /** Createdat */
            createdAt: string;
            /** Expiresat */
            expiresAt: string | null;
            /** Id */
            id: string;
            /** Key */
            key: string;
            /** Lastusedat */
            lastUsedAt: string | null;
            /** Name */
            name: string;
            /** Prefix */
            prefix: string;
            /** Role */
            role: string | null;
            /** Scopes */
            scopes: string[];
        };
        /**
         * OperatorForm
         * @description One operator: `takes` are the kinds of value it compares with, none for one that takes no value.
         */
        OperatorForm: {
            /** Id */
            id: string;
            /** Negative */
            negative: boolean;
            /** Takes */
            takes: string[];
        };
        /**
         * OrchestratorContext
         * @description What a run was started with, and under `steps` what its steps made of it; `version` counts the changes.
         *
         *     `data` is JSON text, null without the scope payloads:read, and in a list where it comes of more than 16 KiB: ask for
         *     the execution itself.
         */
        OrchestratorContext: {
            /** Createdat */
            createdAt: string;
            /** Data */
            data: string | null;
            /** Id */
            id: string;
            /** Updatedat */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * OrchestratorExecution
         * @description One run of a workflow as `/api/executions` prints it.
         */
        OrchestratorExecution: {
            context: components["schemas"]["OrchestratorContext"];
            /** Endtime */
            endTime: string | null;
            /** Id */
            id: string;
            /** Starttime */
            startTime: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED" | "WAITING";
            /** Taskexecutions */
            taskExecutions: components["schemas"]["OrchestratorTask"][];
            /** Workflowdefinitionid */
            workflowDefinitionId: string;
        };
        /**
         * OrchestratorExecutionInput
         * @description Which workflow runs, and with what: an object, or the JSON text of one.
         */
        OrchestratorExecutionInput: {
            /** Initialcontext */
            initialContext?: {
                [key: string]: unknown;
            } | string | null;
            /** Workflowdefinitionid */
            workflowDefinitionId: string;
        };
        /**
         * OrchestratorProgress
         * @description How far a run is.
         */
        OrchestratorProgress: {
            /** Blockers */
            blockers: components["schemas"]["ExecutionBlocker"][];
            /** Completedtasks */
            completedTasks: number;
            /** Estimatedcompletion */
            estimatedCompletion: string | null;
            /** Id */
            id: string;
            /** Milestones */
            milestones: components["schemas"]["ExecutionMilestone"][];
            /** Totaltasks */
            totalTasks: number;
            /** Workflowexecutionid */
            workflowExecutionId: string;
        };
        /**
         * OrchestratorResources
         * @description How much of each pool.
         */
        OrchestratorResources: {
            /** Cpu */
            cpu: number | null;
            /** Custom */
            custom: {
                [key: string]: unknown;
            }[];
            /** Memory */
            memory: number | null;
            /** Storage */
            storage: number | null;
        };
        /**
         * OrchestratorSynchronizationPoint
         * @description Where tasks meet.
         */
        OrchestratorSynchronizationPoint: {
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Requiredtasks */
            requiredTasks: string[];
            /** Timeout */
            timeout: number | null;
        };
        /**
         * OrchestratorTask
         * @description One step of a run; `resources` is what it holds now.
         */
        OrchestratorTask: {
            /** Attempts */
            attempts: number;
            /** Endtime */
            endTime: string | null;
            /** Error */
            error: {
                [key: string]: unknown;
            } | null;
            /** Id */
            id: string;
            resources: components["schemas"]["OrchestratorResources"] | null;
            /** Starttime */
            startTime: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED" | "WAITING";
            /** Taskdefinitionid */
            taskDefinitionId: string;
            /** Workflowexecutionid */
            workflowExecutionId: string;
        };
        /**
         * OrchestratorTaskDefinition
         * @description A step as `/api/workflows` prints it; null is what is usual here. `kind` and `with` are additions.
         */
        OrchestratorTaskDefinition: {
            /** Dependencies */
            dependencies: string[];
            /** Description */
            description: string;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "pass" | "transform" | "http" | "branch" | "wait" | "emit" | "external" | "python" | "workflow";
            /** Name */
            name: string;
            /** Resourcerequirements */
            resourceRequirements: {
                [key: string]: unknown;
            } | null;
            /** Retrypolicy */
            retryPolicy: {
                [key: string]: number;
            } | null;
            /** Timeout */
            timeout: number | null;
            /** With */
            with: {
                [key: string]: unknown;
            };
        };
        /**
         * OrchestratorWebhook
         * @description An endpoint as this route prints it; `secret` is clear only where this request set it.
         */
        OrchestratorWebhook: {
            /** Active */
            active: boolean;
            /** Createdat */
            createdAt: string;
            /** Events */
            events: string[];
            /** Id */
            id: string;
            /** Secret */
            secret: string | null;
            /** Updatedat */
            updatedAt: string;
            /** Url */
            url: string;
        };
        /**
         * OrchestratorWebhookChange
         * @description Members to change; absent = unchanged, `secret` null removes it, the mask leaves it alone.
         */
        OrchestratorWebhookChange: {
            /**
             * Active
             * @default true
             */
            active?: boolean;
            /** Events */
            events?: string[];
            /** Secret */
            secret?: string | null;
            /**
             * Url
             * @default
             */
            url?: string;
        };
        /**
         * OrchestratorWebhookInput
         * @description A URL and the events it wants; `secret` signs `X-Webhook-Signature`.
         */
        OrchestratorWebhookInput: {
            /** Events */
            events: string[];
            /** Secret */
            secret?: string | null;
            /** Url */
            url: string;
        };
        /**
         * OrchestratorWorkflow
         * @description A workflow as `/api/workflows` prints it; `version` is semantic.
         */
        OrchestratorWorkflow: {
            /** Createdat */
            createdAt: string;
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Synchronizationpoints */
            synchronizationPoints: components["schemas"]["OrchestratorSynchronizationPoint"][];
            /** Tasks */
            tasks: components["schemas"]["OrchestratorTaskDefinition"][];
            /** Updatedat */
            updatedAt: string;
            /** Version */
            version: string;
        };
        /**
         * OrchestratorWorkflowChange
         * @description Members to change; absent = unchanged, and so is all that these members have no word for.
         */
        OrchestratorWorkflowChange: {
            /** Description */
            description?: string;
            /** Name */
            name?: string;
            /** Synchronizationpoints */
            synchronizationPoints?: {
                [key: string]: unknown;
            }[];
            /** Tasks */
            tasks?: {
                [key: string]: unknown;
            }[];
        };
        /**
         * OrchestratorWorkflowInput
         * @description A workflow of tasks; a task or point without an id is numbered.
         */
        OrchestratorWorkflowInput: {
            /**
             * Description
             * @default
             */
            description?: string;
            /** Name */
            name: string;
            /** Synchronizationpoints */
            synchronizationPoints?: {
                [key: string]: unknown;
            }[];
            /** Tasks */
            tasks: {
                [key: string]: unknown;
            }[];
        };
        /**
         * Ordering
         * @description One in flight per key, in order of acceptance.
         */
        Ordering: {
            /** Key */
            key: string;
            /**
             * Onexhausted
             * @enum {string}
             */
            onExhausted: "block" | "skip";
        };
        /**
         * OrderingInput
         * @description Where the ordering key stands in the data; `block` holds what is behind an exhausted delivery.
         */
        OrderingInput: {
            /** Key */
            key: string;
            /**
             * Onexhausted
             * @default block
             * @enum {string}
             */
            onExhausted?: "block" | "skip";
        };
        /**
         * PatchOperation
         * @description One operation of a JSON Patch (RFC 6902).
         */
        PatchOperation: {
            /**
             * Op
             * @enum {string}
             */
            op: "add" | "remove" | "replace";
            /** Path */
            path: string;
            /** Value */
            value?: unknown;
        };
        /**
         * PathSuggestion
         * @description A path for a filter; `example` is left out for those who may not see payloads.
         */
        PathSuggestion: {
            /** Example */
            example?: unknown;
            /**
             * Kind
             * @enum {string}
             */
            kind: "string" | "number" | "boolean" | "null" | "object" | "array";
            /** Path */
            path: string;
            /** Seen */
            seen: number;
        };
        /**
         * PathSuggestionList
         * @description Paths that begin as asked, at most 200.
         */
        PathSuggestionList: {
            /** Data */
            data: components["schemas"]["PathSuggestion"][];
        };
        /**
         * Percentiles
         * @description Milliseconds that half, 95 and 99 in a hundred did not exceed; null when there were none.
         */
        Percentiles: {
            /** P50 */
            p50: number | null;
            /** P95 */
            p95: number | null;
            /** P99 */
            p99: number | null;
        };
        /**
         * PlannedAttempt
         * @description One attempt of a delivery that never succeeds.
         */
        PlannedAttempt: {
            /** At */
            at: string;
            /** Attempt */
            attempt: number;
            /** Waitms */
            waitMs: number;
        };
        /**
         * PresetForm
         * @description A preset to choose for a webhook; `secretBy` says who makes the secret.
         */
        PresetForm: {
            /** Auth */
            auth: string;
            /** Id */
            id: string;
            /** Secretby */
            secretBy: string;
            /** Title */
            title: string;
        };
        /**
         * PriorityInput
         * @description What to change; absent = unchanged. Weights are the whole instance's, `slaMs` the tenant's own, null for none.
         */
        PriorityInput: {
            /** Slams */
            slaMs?: number | null;
            /** Weight */
            weight?: number | null;
        };
        /**
         * PriorityLevel
         * @description A level: its weight against the others, and how long it may take from acceptance to the first attempt or step.
         *
         *     `slaMs` null promises nothing. `queued` deliveries and executions are due and wait, the oldest for `oldestMs`;
         *     `breaches24h` began too late.
         */
        PriorityLevel: {
            /** Breaches24H */
            breaches24h: number;
            /** Level */
            level: number;
            /** Name */
            name: string;
            /** Oldestms */
            oldestMs: number;
            /** Queued */
            queued: number;
            /** Slams */
            slaMs: number | null;
            /** Weight */
            weight: number;
        };
        /**
         * PriorityList
         * @description The four levels, the most urgent first.
         */
        PriorityList: {
            /** Data */
            data: components["schemas"]["PriorityLevel"][];
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /** @description RFC 9457; webhooks, event types, retention, priorities and replays add `error` and `details` */
        Problem: {
            code: string;
            detail: string;
            details?: {
                [key: string]: string;
            };
            error?: string;
            errors?: components["schemas"]["Fault"][];
            instance: string;
            requestId: string;
            status: number;
            title: string;
            type: string;
        };
        /**
         * Provider
         * @description One preset. `experimental` means that nobody held it against the provider's own library yet.
         *
         *     `dedupe` and `eventType` are the places of id and type in order; where they are not signed, whoever holds a
         *     captured delivery could change them.
         */
        Provider: {
            /**
             * Auth
             * @enum {string}
             */
            auth: "none" | "signature" | "basic" | "api_key";
            /** Awaitssecret */
            awaitsSecret: boolean;
            /** Cansign */
            canSign: boolean;
            /** Dedupe */
            dedupe: string[];
            /** Docs */
            docs: string;
            /** Eventtype */
            eventType: string[];
            /**
             * Evidence
             * @enum {string}
             */
            evidence: "confirmed" | "vector" | "none";
            /** Handshakes */
            handshakes: string[];
            /** Hassample */
            hasSample: boolean;
            /** Id */
            id: string;
            /** Idsigned */
            idSigned: boolean;
            /** Kind */
            kind: string;
            /** Methods */
            methods: string[];
            /** Needsregisteredurl */
            needsRegisteredUrl: boolean;
            secret: components["schemas"]["ProviderSecret"];
            /** Signatureplace */
            signaturePlace: string | null;
            /** Signedfields */
            signedFields: string[];
            /**
             * Status
             * @enum {string}
             */
            status: "supported" | "experimental";
            time: components["schemas"]["ProviderTime"] | null;
            /** Title */
            title: string;
            /** Typesigned */
            typeSigned: boolean;
        };
        /**
         * ProviderDetail
         * @description One preset with its sample, and the record that a source's `verification` is laid over.
         */
        ProviderDetail: {
            /**
             * Auth
             * @enum {string}
             */
            auth: "none" | "signature" | "basic" | "api_key";
            /** Awaitssecret */
            awaitsSecret: boolean;
            /** Cansign */
            canSign: boolean;
            /** Dedupe */
            dedupe: string[];
            /** Docs */
            docs: string;
            /** Eventtype */
            eventType: string[];
            /**
             * Evidence
             * @enum {string}
             */
            evidence: "confirmed" | "vector" | "none";
            /** Handshakes */
            handshakes: string[];
            /** Hassample */
            hasSample: boolean;
            /** Id */
            id: string;
            /** Idsigned */
            idSigned: boolean;
            /** Kind */
            kind: string;
            /** Methods */
            methods: string[];
            /** Needsregisteredurl */
            needsRegisteredUrl: boolean;
            sample: components["schemas"]["ProviderSample"] | null;
            secret: components["schemas"]["ProviderSecret"];
            /** Signatureplace */
            signaturePlace: string | null;
            /** Signedfields */
            signedFields: string[];
            /**
             * Status
             * @enum {string}
             */
            status: "supported" | "experimental";
            time: components["schemas"]["ProviderTime"] | null;
            /** Title */
            title: string;
            /** Typesigned */
            typeSigned: boolean;
            /** Verification */
            verification: {
                [key: string]: unknown;
            };
        };
        /**
         * ProviderList
         * @description Every preset by id; the list is short and comes whole.
         */
        ProviderList: {
            /** Data */
            data: components["schemas"]["Provider"][];
            /**
             * Hasmore
             * @default false
             */
            hasMore?: boolean;
            /** Nextcursor */
            nextCursor?: string | null;
            /** Prevcursor */
            prevCursor?: string | null;
            /** Total */
            total: number;
        };
        /**
         * ProviderSample
         * @description A delivery without its signature; `body` is the text as sent.
         */
        ProviderSample: {
            /** Body */
            body: string;
            /** Eventtype */
            eventType: string;
            /** Headers */
            headers: {
                [key: string]: string;
            };
        };
        /**
         * ProviderSecret
         * @description Who makes the secret, what its text looks like, and how it becomes a key.
         */
        ProviderSecret: {
            /**
             * By
             * @enum {string}
             */
            by: "provider" | "integrator";
            /** Encoding */
            encoding: string;
            /** Format */
            format: string | null;
        };
        /**
         * ProviderTime
         * @description How far the signed time may lie from our clock, in inclusive seconds.
         */
        ProviderTime: {
            /** Futureseconds */
            futureSeconds: number;
            /** Pastseconds */
            pastSeconds: number;
        };
        /**
         * PublishedBatch
         * @description A verdict for each event, in order.
         */
        PublishedBatch: {
            /** Accepted */
            accepted: number;
            /** Data */
            data: components["schemas"]["BatchVerdict"][];
            /** Duplicates */
            duplicates: number;
            /** Rejected */
            rejected: number;
        };
        /**
         * PublishedEvent
         * @description The event is on disk, with all the work it causes; `deliveries` is null where they are too many to count now.
         */
        PublishedEvent: {
            /** Createdat */
            createdAt: string;
            /** Deliveries */
            deliveries: number | null;
            /** Duplicate */
            duplicate: boolean;
            /** Executions */
            executions: number;
            /** Id */
            id: string;
            /** Type */
            type: string;
        };
        /**
         * Queue
         * @description Deliveries of one priority: due and waiting, how long the oldest waits (0 without one), under way.
         *
         *     `executions` and `held` tell the same of these; `workers` are at deliveries and executions together.
         */
        Queue: {
            /** Depth */
            depth: number;
            executions: components["schemas"]["ExecutionQueue"];
            held: components["schemas"]["HeldQueue"];
            /** Inflight */
            inFlight: number;
            /** Name */
            name: string;
            /** Oldestms */
            oldestMs: number;
            /** Priority */
            priority: number;
            /** Workers */
            workers: number;
        };
        /**
         * QueueList
         * @description Every priority, the most urgent first; `processes` work for all of them, of every tenant.
         */
        QueueList: {
            /** Data */
            data: components["schemas"]["Queue"][];
            /** Processes */
            processes: number;
        };
        /**
         * RateLimit
         * @description A bucket of `count` tokens, filled again over `periodMs`; each attempt takes one.
         */
        RateLimit: {
            /** Count */
            count: number;
            /** Periodms */
            periodMs: number;
        };
        /**
         * RateLimitInput
         * @description A bucket of `count` tokens, filled again over `periodMs`; each attempt takes one.
         */
        RateLimitInput: {
            /** Count */
            count: number;
            /** Periodms */
            periodMs: number;
        };
        /**
         * Receipt
         * @description The inbound request; credentials were masked before it was stored. Null content: the caller may not see it.
         */
        Receipt: {
            /** Bodysize */
            bodySize: number;
            /** Bodyvalid */
            bodyValid: boolean;
            /** Createdat */
            createdAt: string;
            /** Duplicatecount */
            duplicateCount: number;
            /** Errorcode */
            errorCode: string | null;
            /** Errormessage */
            errorMessage: string | null;
            /** Eventtype */
            eventType: string;
            /** Eventtypesigned */
            eventTypeSigned: boolean;
            /** Executionid */
            executionId: string | null;
            /** Filteredreason */
            filteredReason: string | null;
            /** Lastduplicateat */
            lastDuplicateAt: string | null;
            metadata: components["schemas"]["EventMetadata"];
            /** Processingtimems */
            processingTimeMs: number;
            /** Requestbody */
            requestBody: unknown;
            /** Requestbodyencoding */
            requestBodyEncoding: ("json" | "text" | "base64") | null;
            /** Requestheaders */
            requestHeaders: {
                [key: string]: string;
            } | null;
            /** Requestmethod */
            requestMethod: string;
            /** Requestpath */
            requestPath: string;
            /** Requestquery */
            requestQuery: {
                [key: string]: string;
            } | null;
            /** Responsestatus */
            responseStatus: number;
            /**
             * Status
             * @enum {string}
             */
            status: "received" | "processed" | "filtered" | "failed" | "held";
            /** Webhookid */
            webhookId: string;
        };
        /**
         * ReceiptSummary
         * @description The inbound request behind an event, without its content.
         */
        ReceiptSummary: {
            /** Bodysize */
            bodySize: number;
            /** Bodyvalid */
            bodyValid: boolean;
            /** Createdat */
            createdAt: string;
            /** Duplicatecount */
            duplicateCount: number;
            /** Errorcode */
            errorCode: string | null;
            /** Errormessage */
            errorMessage: string | null;
            /** Eventtype */
            eventType: string;
            /** Eventtypesigned */
            eventTypeSigned: boolean;
            /** Executionid */
            executionId: string | null;
            /** Filteredreason */
            filteredReason: string | null;
            /** Lastduplicateat */
            lastDuplicateAt: string | null;
            /** Processingtimems */
            processingTimeMs: number;
            /** Requestmethod */
            requestMethod: string;
            /** Requestpath */
            requestPath: string;
            /** Responsestatus */
            responseStatus: number;
            /**
             * Status
             * @enum {string}
             */
            status: "received" | "processed" | "filtered" | "failed" | "held";
            /** Webhookid */
            webhookId: string;
        };
        /**
         * RegenerateInput
         * @description A secret of the provider's, and for how long the old one holds beside it; `await` takes one by handshake.
         */
        RegenerateInput: {
            /**
             * Await
             * @default false
             */
            await?: boolean;
            /**
             * Overlapms
             * @default 86400000
             */
            overlapMs?: number;
            /** Secret */
            secret?: string | null;
        };
        /**
         * RejectedRequest
         * @description A request that ended without an event; `count` tells how many like it came when there were too many to keep.
         *
         *     `detail` names what was expected. `bodyPrefix` is the first 2 KiB as text; it and `headers` are null without the
         *     scope payloads:read. A `handshake` was answered, not refused.
         */
        RejectedRequest: {
            /** Bodyprefix */
            bodyPrefix: string | null;
            /** Bodysize */
            bodySize: number;
            /**
             * Cause
             * @enum {string}
             */
            cause: "unknown_path" | "disabled" | "method" | "ip" | "rate_limited" | "too_large" | "encoding" | "content_type" | "missing_signature" | "malformed_signature" | "bad_signature" | "stale_timestamp" | "future_timestamp" | "basic_failed" | "key_failed" | "not_configured" | "key_unavailable" | "invalid_json" | "id_conflict" | "timeout" | "loop" | "handshake";
            /** Count */
            count: number;
            /** Detail */
            detail: string;
            /** Headers */
            headers: {
                [key: string]: string;
            } | null;
            /** Id */
            id: string;
            /** Method */
            method: string;
            /** Path */
            path: string;
            /** Provider */
            provider: string | null;
            /** Receivedat */
            receivedAt: string;
            /** Sourceip */
            sourceIp: string | null;
            /** Status */
            status: number;
            /** Webhookid */
            webhookId: string | null;
        };
        /**
         * RejectedRequestList
         * @description Refused requests, newest first.
         */
        RejectedRequestList: {
            /** Data */
            data: components["schemas"]["RejectedRequest"][];
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /**
         * Replay
         * @description One replay; `diff` is a JSON Patch (RFC 6902), null where nothing was changed or the caller may not read it.
         *
         *     `diffTruncated` says that the patch would be longer than 64 KiB and was not kept.
         */
        Replay: {
            /** Actor */
            actor: string;
            /** Createdat */
            createdAt: string;
            /** Diff */
            diff: {
                [key: string]: unknown;
            }[] | null;
            /** Difftruncated */
            diffTruncated: boolean;
            /** Eventid */
            eventId: string;
            /** Id */
            id: string;
            /** Jobid */
            jobId: string | null;
            /** Modified */
            modified: boolean;
            /** Reason */
            reason: string | null;
            /** Replaycount */
            replayCount: number;
            /** Rooteventid */
            rootEventId: string;
            /** Sourceeventid */
            sourceEventId: string;
            /** Webhookid */
            webhookId: string | null;
        };
        /**
         * ReplayBatchInput
         * @description A few events of one source, replayed as stored.
         */
        ReplayBatchInput: {
            /** Eventids */
            eventIds: string[];
            /** Reason */
            reason?: string | null;
        };
        /**
         * ReplayInput
         * @description How to replay one event: as stored, or with another payload (any JSON, also null) in the place of its content.
         */
        ReplayInput: {
            /** Modifiedpayload */
            modifiedPayload?: unknown;
            /** Reason */
            reason?: string | null;
        };
        /**
         * ReplayList
         * @description One page of replays, newest first; `total` is exact up to 10,000.
         */
        ReplayList: {
            /** Data */
            data: components["schemas"]["Replay"][];
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
            /** Totaliscapped */
            totalIsCapped: boolean;
        };
        /**
         * ReplayQuery
         * @description The filters of `GET /api/v1/events`; those that may repeat take one value or a list, `where` a list of rows.
         */
        ReplayQuery: {
            /** Createdat[Gte] */
            "createdAt[gte]"?: string | number | null;
            /** Createdat[Lt] */
            "createdAt[lt]"?: string | number | null;
            /** Deliverystatus */
            deliveryStatus?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[] | null;
            /** Endpointid */
            endpointId?: string[] | null;
            /** Errorcode */
            errorCode?: string[] | null;
            /** Eventtype */
            eventType?: string[] | null;
            /** Executionid */
            executionId?: string[] | null;
            /** From */
            from?: string | number | null;
            /** Hasexecution */
            hasExecution?: boolean | null;
            /** Method */
            method?: string[] | null;
            /** Orderingkey */
            orderingKey?: string | null;
            /** Origin */
            origin?: ("webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system")[] | null;
            /** Priority */
            priority?: number[] | null;
            /** Q */
            q?: string | null;
            /** Replayed */
            replayed?: boolean | null;
            /** Responsestatus */
            responseStatus?: string[] | null;
            /** Sourceip */
            sourceIp?: string[] | null;
            /** Status */
            status?: string[] | null;
            /** Subject */
            subject?: string | null;
            /** Test */
            test?: boolean | null;
            /** To */
            to?: string | number | null;
            /** Type */
            type?: string[] | null;
            /** Webhookid */
            webhookId?: string[] | null;
            /** Where */
            where?: {
                [key: string]: unknown;
            }[] | string | null;
            /** Workflowid */
            workflowId?: string[] | null;
        };
        /**
         * ReplayResult
         * @description What became of a replay; on success the new event is on disk. `executionId` is there when a workflow started.
         */
        ReplayResult: {
            /** Error */
            error?: string | null;
            /** Eventid */
            eventId?: string | null;
            /** Executionid */
            executionId?: string | null;
            /** Replaycount */
            replayCount?: number | null;
            /** Sourceeventid */
            sourceEventId?: string | null;
            /** Success */
            success: boolean;
        };
        /**
         * RestartInput
         * @description From which step on a run begins anew.
         */
        RestartInput: {
            /** Stepid */
            stepId: string;
        };
        /**
         * ResumeInput
         * @description What becomes of the deliveries held meanwhile.
         */
        ResumeInput: {
            /**
             * Held
             * @default release
             * @enum {string}
             */
            held?: "release" | "cancel";
        };
        /**
         * Retention
         * @description How long each kind of record is kept, and when the janitor comes.
         */
        Retention: {
            audit: components["schemas"]["Days"];
            deliveries: components["schemas"]["Days"];
            events: components["schemas"]["Days"];
            executions: components["schemas"]["Days"];
            lastRun: components["schemas"]["LastRun"] | null;
            /** Nextrunat */
            nextRunAt: string;
            rejected: components["schemas"]["Days"];
            /** Sweepintervalms */
            sweepIntervalMs: number;
            tests: components["schemas"]["Days"];
        };
        /**
         * RetentionInput
         * @description What to keep for how long; what is absent goes back to its default.
         */
        RetentionInput: {
            audit?: components["schemas"]["DaysInput"] | null;
            deliveries?: components["schemas"]["DaysInput"] | null;
            events?: components["schemas"]["DaysInput"] | null;
            executions?: components["schemas"]["DaysInput"] | null;
            rejected?: components["schemas"]["DaysInput"] | null;
            tests?: components["schemas"]["DaysInput"] | null;
        };
        /**
         * Retried
         * @description The delivery is due again.
         */
        Retried: {
            /** Id */
            id: string;
            /** Nextattemptat */
            nextAttemptAt: string;
            /**
             * Status
             * @constant
             */
            status: "pending";
        };
        /**
         * RetryForm
         * @description A strategy and the members it reads.
         */
        RetryForm: {
            /** Id */
            id: string;
            /** Members */
            members: string[];
        };
        /**
         * RetryPolicyShape
         * @description When a failed delivery is tried again; which members stand depends on the strategy. Milliseconds.
         */
        RetryPolicyShape: {
            /** Delaysms */
            delaysMs?: number[];
            /** Enabled */
            enabled?: boolean;
            /** Initialdelayms */
            initialDelayMs?: number;
            /** Jitter */
            jitter: number;
            /** Maxattempts */
            maxAttempts: number;
            /** Maxdelayms */
            maxDelayMs?: number;
            /** Multiplier */
            multiplier?: number;
            /**
             * Strategy
             * @enum {string}
             */
            strategy: "schedule" | "exponential" | "linear" | "fixed";
        };
        /**
         * RotatedEndpoint
         * @description An endpoint with its new secret, and the ones that sign beside it.
         */
        RotatedEndpoint: {
            auth: components["schemas"]["AuthShape"];
            /**
             * Breaker
             * @enum {string}
             */
            breaker: "closed" | "open" | "half_open";
            /**
             * Cloudeventsmode
             * @enum {string}
             */
            cloudEventsMode: "structured" | "binary";
            /** Createdat */
            createdAt: string;
            /**
             * Createdby
             * @enum {string}
             */
            createdBy: "native" | "orchestrator" | "cli" | "library";
            /** Events */
            events: string[];
            /** Filter */
            filter: {
                [key: string]: unknown;
            }[];
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /** Id */
            id: string;
            /** Lastdeliveryat */
            lastDeliveryAt: string | null;
            /** Maxinflight */
            maxInFlight: number;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Method
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
            /** Name */
            name: string;
            ordering: components["schemas"]["Ordering"] | null;
            /** Previous */
            previous: components["schemas"]["hookspan__api__endpoint_shapes__PreviousSecret"][];
            /** Priority */
            priority: number | null;
            /**
             * Profile
             * @enum {string}
             */
            profile: "standard" | "orchestrator" | "systemprompt" | "cloudevents";
            rateLimit: components["schemas"]["RateLimit"] | null;
            retry: components["schemas"]["RetryPolicyShape"];
            signing: components["schemas"]["SigningSecrets"];
            stats24h: components["schemas"]["LatestStats"];
            /**
             * Status
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** Statuschangedat */
            statusChangedAt: string | null;
            /** Statusreason */
            statusReason: string | null;
            /** Timeoutms */
            timeoutMs: number;
            tls: components["schemas"]["Tls"];
            /**
             * Unsafenumbers
             * @enum {string}
             */
            unsafeNumbers: "exact" | "string" | "round";
            /** Updatedat */
            updatedAt: string;
            /** Url */
            url: string;
        };
        /**
         * RotateInput
         * @description A new secret, generated when absent; the old one signs beside it for `overlapMs`, at most 7 days.
         */
        RotateInput: {
            /**
             * Overlapms
             * @default 86400000
             */
            overlapMs?: number;
            /** Secret */
            secret?: string | null;
            /**
             * Which
             * @default standard
             * @enum {string}
             */
            which?: "standard" | "legacy";
        };
        /**
         * RoutingAnswer
         * @description Whether an endpoint or a workflow matches an event as of now, and the delivery or execution it has of it.
         */
        RoutingAnswer: {
            /** Deliveryid */
            deliveryId?: string | null;
            /** Deliverystatus */
            deliveryStatus?: string | null;
            /** Executionid */
            executionId?: string | null;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "endpoint" | "workflow";
            /** Matched */
            matched: boolean;
            /** Reason */
            reason: string;
        };
        /**
         * RoutingAnswers
         * @description An answer for every endpoint, then for the workflow of the event's source, then for each that events start.
         */
        RoutingAnswers: {
            /** Data */
            data: components["schemas"]["RoutingAnswer"][];
        };
        /**
         * RunInput
         * @description What the run reads as `trigger.body`.
         */
        RunInput: {
            /** Input */
            input?: unknown;
        };
        /**
         * SampleList
         * @description Data that the type may carry: its examples, else one made from its schema.
         */
        SampleList: {
            /** Data */
            data: unknown[];
        };
        /**
         * SampleRequestList
         * @description Samples, the last real request first.
         */
        SampleRequestList: {
            /** Data */
            data: components["schemas"]["SampleTestRequest"][];
        };
        /**
         * SampleTestRequest
         * @description A request to start a test from: the last real one, the provider's, or one made from a schema.
         */
        SampleTestRequest: {
            /** Body */
            body: unknown;
            /** Eventid */
            eventId: string | null;
            /** Eventtype */
            eventType: string;
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /**
             * Kind
             * @enum {string}
             */
            kind: "last" | "provider" | "schema";
            /** Method */
            method: string;
            /** Query */
            query: {
                [key: string]: string;
            };
        };
        /**
         * Schedule
         * @description When a schedule of an active workflow runs next, and when it ran last.
         */
        Schedule: {
            /** Lastrunat */
            lastRunAt: string | null;
            /** Nextrunat */
            nextRunAt: string;
            /** Triggerid */
            triggerId: string;
        };
        /**
         * SchedulePreview
         * @description When a delivery accepted now would be attempted, jitter left out.
         */
        SchedulePreview: {
            /** Data */
            data: components["schemas"]["PlannedAttempt"][];
            /** Spanms */
            spanMs: number;
        };
        /**
         * SchemaFault
         * @description One place of the data that is not as the schema says.
         */
        SchemaFault: {
            /** Detail */
            detail: string;
            /** Pointer */
            pointer: string;
        };
        /**
         * SeedHealth
         * @description Health in short: a word, and when it was looked at.
         */
        SeedHealth: {
            /** Status */
            status: string;
            /** Timestamp */
            timestamp: string;
        };
        /**
         * Signing
         * @description How deliveries are signed; `secretHint` is the end of the secret.
         */
        Signing: {
            /** Ed25519Publickey */
            ed25519PublicKey: string | null;
            /** Haslegacysecret */
            hasLegacySecret: boolean;
            /** Secrethint */
            secretHint: string;
        };
        /**
         * SigningInput
         * @description Keys to sign with; `secret` is generated when absent, `legacySecret` null removes it, `ed25519` adds `v1a`.
         */
        SigningInput: {
            /** Ed25519 */
            ed25519?: boolean | null;
            /** Legacysecret */
            legacySecret?: string | null;
            /** Secret */
            secret?: string | null;
        };
        /**
         * SigningSecrets
         * @description The secrets that this very request set, in clear; null for one it did not touch.
         */
        SigningSecrets: {
            /** Ed25519Publickey */
            ed25519PublicKey: string | null;
            /** Haslegacysecret */
            hasLegacySecret: boolean;
            /** Legacysecret */
            legacySecret: string | null;
            /** Secret */
            secret: string | null;
            /** Secrethint */
            secretHint: string;
        };
        /**
         * SourceLine
         * @description What came to a source in the window, tests left out; its health is that of the source, whatever the window.
         */
        SourceLine: {
            /** Errorrate */
            errorRate: number;
            /** Failed */
            failed: number;
            /**
             * Health
             * @enum {string}
             */
            health: "disabled" | "paused" | "unused" | "healthy" | "degraded" | "failing";
            /** Id */
            id: string;
            /** Processed */
            processed: number;
            /** Sparkline */
            sparkline: components["schemas"]["SourcePoint"][];
        };
        /**
         * SourceLines
         * @description A line for each id that is a source of the tenant.
         */
        SourceLines: {
            /** Data */
            data: components["schemas"]["SourceLine"][];
        };
        /**
         * SourcePoint
         * @description One step of a source's sparkline; `failed` counts receipts that could not be routed.
         */
        SourcePoint: {
            /** At */
            at: string;
            /** Failed */
            failed: number;
            /** Received */
            received: number;
        };
        /**
         * StatsAnswer
         * @description Totals and series; `countedFrom` is set when there was too much to count, and tells what is complete.
         */
        StatsAnswer: {
            /** Bucketms */
            bucketMs: number;
            /** Countedfrom */
            countedFrom: string | null;
            /** From */
            from: string;
            latencyMs: components["schemas"]["StatsLatencies"];
            /** Queues */
            queues: components["schemas"]["StatsQueue"][];
            /** Series */
            series: components["schemas"]["StatsStep"][];
            /** To */
            to: string;
            totals: components["schemas"]["StatsTotals"];
        };
        /**
         * StatsLatencies
         * @description How long it took to accept a request, to begin the first attempt, and to make an attempt.
         */
        StatsLatencies: {
            accept: components["schemas"]["Percentiles"];
            attempt: components["schemas"]["Percentiles"];
            firstAttempt: components["schemas"]["Percentiles"];
        };
        /**
         * StatsQueue
         * @description Deliveries of one priority that wait; `oldestMs` is how long the first one has been due.
         */
        StatsQueue: {
            /** Depth */
            depth: number;
            /** Oldestms */
            oldestMs: number;
            /** Priority */
            priority: number;
        };
        /**
         * StatsStep
         * @description One step of the series; `failed` counts deliveries that were given up.
         */
        StatsStep: {
            /** At */
            at: string;
            /** Delivered */
            delivered: number;
            /** Failed */
            failed: number;
            /** Received */
            received: number;
        };
        /**
         * StatsTotals
         * @description Counts of the window, tests left out. Deliveries and attempts count when they ended, executions when born.
         *
         *     Asked for one event type, source or workflow, deliveries count where they were born in the window. A workflow
         *     published what its runs emitted or told, a source nothing.
         */
        StatsTotals: {
            /** Attempts */
            attempts: number;
            /** Delivered */
            delivered: number;
            /** Executionscompleted */
            executionsCompleted: number;
            /** Executionsfailed */
            executionsFailed: number;
            /** Exhausted */
            exhausted: number;
            /** Failed */
            failed: number;
            /** Failedattempts */
            failedAttempts: number;
            /** Filtered */
            filtered: number;
            /** Held */
            held: number;
            /** Processed */
            processed: number;
            /** Published */
            published: number;
            /** Received */
            received: number;
            /** Rejected */
            rejected: number;
        };
        /**
         * Step
         * @description One step; `with` is what its kind asks for.
         */
        Step: {
            /** Description */
            description: string;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "pass" | "transform" | "http" | "branch" | "wait" | "emit" | "external" | "python" | "workflow";
            /** Name */
            name: string;
            /** Needs */
            needs: string[];
            /** Onerror */
            onError: string[];
            /**
             * Resources
             * @description what it takes of each of the tenant's pools while it runs
             */
            resources: {
                [key: string]: unknown;
            } | null;
            /** @description how often it is tried, and how long it waits between */
            retry: components["schemas"]["StepRetry"];
            /**
             * Timeoutms
             * @description null for as long as it takes
             */
            timeoutMs: number | null;
            /**
             * When
             * @description filter rows over the context; where they do not hold it is skipped
             */
            when: {
                [key: string]: unknown;
            }[];
            /** With */
            with: {
                [key: string]: unknown;
            };
        };
        /**
         * StepChanges
         * @description The ids of the steps that came, went and were changed.
         */
        StepChanges: {
            /** Added */
            added: string[];
            /** Changed */
            changed: string[];
            /** Removed */
            removed: string[];
        };
        /**
         * StepError
         * @description Why a step failed; without the scope payloads:read `message` says only that it is withheld.
         */
        StepError: {
            /** Code */
            code: string;
            /** Message */
            message: string;
        };
        /**
         * StepFailure
         * @description Why a step failed, in full.
         */
        StepFailure: {
            /**
             * Code
             * @default failed
             */
            code?: string;
            /**
             * Message
             * @default
             */
            message?: string;
        };
        /**
         * StepRetry
         * @description How often a failed step is tried, and how long it waits between.
         */
        StepRetry: {
            /** Initialdelayms */
            initialDelayMs: number;
            /** Jitter */
            jitter: number;
            /** Maxattempts */
            maxAttempts: number;
            /** Maxdelayms */
            maxDelayMs: number;
            /** Multiplier */
            multiplier: number;
        };
        /**
         * SyncPoint
         * @description Where steps meet: what is behind it starts when all it requires are done.
         */
        SyncPoint: {
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Requires */
            requires: string[];
            /** Timeoutms */
            timeoutMs: number | null;
        };
        SystemNoticeData: {
            code: string;
            component: string;
            details: Record<string, never> | null;
            message: string;
            /** Format: date-time */
            occurredAt: string;
        };
        /**
         * TestedAttempt
         * @description The one HTTP try.
         */
        TestedAttempt: {
            /** Deliveryid */
            deliveryId: string;
            /** Durationms */
            durationMs: number | null;
            /** Error */
            error: string | null;
            /** Errorcode */
            errorCode: string | null;
            /** Finishedat */
            finishedAt: string | null;
            /** Id */
            id: string;
            /** Number */
            number: number;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown";
            request: components["schemas"]["TestedRequest"];
            response: components["schemas"]["AttemptResponse"] | null;
            /** Startedat */
            startedAt: string;
            /** Statuscode */
            statusCode: number | null;
            timings: components["schemas"]["AttemptTimings"] | null;
            /**
             * Trigger
             * @enum {string}
             */
            trigger: "automatic" | "manual" | "resume" | "probe";
        };
        /**
         * TestedEndpoint
         * @description How the far side answered; `headers` and `body` need the scope endpoints:test_body.
         */
        TestedEndpoint: {
            attempt: components["schemas"]["TestedAttempt"];
            /**
             * Body
             * @default
             */
            body?: string;
            /** Durationms */
            durationMs: number;
            /** Headers */
            headers?: {
                [key: string]: string;
            };
            /** Message */
            message: string;
            /** Statuscode */
            statusCode: number | null;
            /** Success */
            success: boolean;
        };
        /**
         * TestedRequest
         * @description What was sent, credentials masked.
         */
        TestedRequest: {
            /** Body */
            body: string;
            /** Headers */
            headers: [
                string,
                string
            ][];
            /** Method */
            method: string;
            /** Url */
            url: string;
        };
        /**
         * TestRequest
         * @description A request to a source. `body` is any JSON, sent as it is written here, or a text, sent as it is.
         */
        TestRequest: {
            /** Body */
            body?: unknown;
            /**
             * Dryrun
             * @default false
             */
            dryRun?: boolean;
            /** Headers */
            headers?: {
                [key: string]: string;
            } | null;
            /**
             * Method
             * @default POST
             */
            method?: string;
            /** Query */
            query?: {
                [key: string]: string;
            } | string | null;
            /**
             * Sign
             * @default true
             */
            sign?: boolean;
        };
        /**
         * TestResponse
         * @description What the sender would have heard.
         *
         *     `error` is the cause when it is no success; `verification` is `skipped` where only the provider can sign, and
         *     `detail` says so. `headers` and `body` need the scope endpoints:test_body.
         */
        TestResponse: {
            /** Body */
            body: string;
            /** Detail */
            detail?: string;
            /** Error */
            error?: string;
            /** Eventid */
            eventId?: string;
            /** Executionid */
            executionId?: string;
            /** Filter */
            filter?: components["schemas"]["FilterTestResult"];
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /** Responsetimems */
            responseTimeMs: number;
            /**
             * Status
             * @enum {string}
             */
            status?: "received" | "processed" | "filtered" | "failed" | "held";
            /** Statuscode */
            statusCode: number;
            /** Success */
            success: boolean;
            /**
             * Verification
             * @enum {string}
             */
            verification: "signed" | "skipped" | "as_sent";
        };
        /**
         * Ticket
         * @description Good for one WebSocket or stream within 30 seconds, as `?ticket=`.
         */
        Ticket: {
            /** Expiresat */
            expiresAt: string;
            /** Ticket */
            ticket: string;
        };
        /**
         * Tls
         * @description What is asked of the far side's certificate, and whether we show one.
         */
        Tls: {
            /** Capem */
            caPem: string | null;
            /** Hasclientcert */
            hasClientCert: boolean;
            /** Verify */
            verify: boolean;
        };
        /**
         * TlsInput
         * @description Authorities to trust, a certificate to show, both PEM; null removes. `verify` false needs the owner's leave.
         */
        TlsInput: {
            /** Capem */
            caPem?: string | null;
            /** Clientcertpem */
            clientCertPem?: string | null;
            /** Clientkeypem */
            clientKeyPem?: string | null;
            /** Verify */
            verify?: boolean | null;
        };
        /**
         * Trigger
         * @description What starts a workflow: a source or a call (`webhook`), the clock, or an event.
         */
        Trigger: {
            /**
             * Cron
             * @description of a schedule: five fields
             */
            cron?: string | null;
            /**
             * Events
             * @description of an event trigger: names or patterns
             */
            events?: string[] | null;
            /**
             * Filter
             * @description of an event trigger: rows its data passes
             */
            filter?: {
                [key: string]: unknown;
            }[] | null;
            /**
             * Id
             * @default trigger
             */
            id?: string;
            /**
             * Kind
             * @default webhook
             * @enum {string}
             */
            kind?: "webhook" | "schedule" | "event";
            /**
             * Missed
             * @description of a schedule: what becomes of runs nobody was there for
             */
            missed?: ("run_once" | "skip") | null;
            /**
             * Timezone
             * @description of a schedule: an IANA zone, UTC where nothing is said
             */
            timezone?: string | null;
        };
        /**
         * UserAgentParsed
         * @description Who sent a request, as far as its user agent tells.
         */
        UserAgentParsed: {
            /** Bot */
            bot: boolean;
            /** Device */
            device: string | null;
            /** Family */
            family: string | null;
            /** Os */
            os: string | null;
        };
        V1Data: {
            /** Format: date-time */
            createdAt: string;
            description: string;
            id: string;
            name: string;
            synchronizationPoints: Record<string, never>[];
            tasks: Record<string, never>[];
            /** Format: date-time */
            updatedAt: string;
            version: string;
        };
        V2Data: {
            /** Format: date-time */
            endTime: string | null;
            error?: {
                code: string;
                message: string;
                stepId?: string | null;
            } | null;
            id: string;
            /** Format: date-time */
            startTime: string | null;
            /** @enum {string} */
            status: "PENDING" | "RUNNING" | "WAITING" | "COMPLETED" | "FAILED" | "CANCELLED";
            workflowDefinitionId: string;
        };
        V3Data: {
            /** Format: date-time */
            completed_at: string | null;
            duration_ms: number | null;
            error: {
                code: string;
                message: string;
                step_id?: string | null;
            } | null;
            execution_id: string;
            /** Format: date-time */
            started_at: string | null;
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            workflow_id: string;
            workflow_name: string;
        };
        V4Data: {
            attempts: number;
            /** Format: date-time */
            endTime: string | null;
            error: {
                code: string;
                message: string;
                stepId?: string | null;
            } | null;
            id: string;
            resources: Record<string, never> | null;
            /** Format: date-time */
            startTime: string | null;
            /** @enum {string} */
            status: "PENDING" | "RUNNING" | "WAITING" | "COMPLETED" | "FAILED" | "CANCELLED";
            taskDefinitionId: string;
            workflowExecutionId: string;
        };
        V5Data: {
            blockers: Record<string, never>[];
            completedTasks: number;
            /** Format: date-time */
            estimatedCompletion: string | null;
            id: string;
            milestones: Record<string, never>[];
            totalTasks: number;
            workflowExecutionId: string;
        };
        V6Data: {
            /** Format: date-time */
            createdAt: string;
            description: string;
            id: string;
            /** Format: date-time */
            resolvedAt: string | null;
            taskExecutionId: string | null;
            workflowExecutionId: string;
        };
        V7Data: {
            achieved: boolean;
            /** Format: date-time */
            achievedAt: string | null;
            description: string | null;
            id: string;
            name: string;
            workflowExecutionId: string;
        };
        V8Data: {
            /** Format: date-time */
            allocatedAt: string | null;
            id: string;
            /** Format: date-time */
            releasedAt: string | null;
            resources: Record<string, never>;
            taskExecutionId: string | null;
            workflowExecutionId: string;
        };
        V8ShortageData: {
            /** Format: date-time */
            allocatedAt: string | null;
            available: Record<string, never>;
            id: string;
            reason: string | null;
            /** Format: date-time */
            releasedAt: string | null;
            requested: Record<string, never>;
            resources: Record<string, never>;
            taskExecutionId: string | null;
            workflowExecutionId: string;
        };
        V9Data: {
            /** Format: date-time */
            at: string;
            completedTasks: string[];
            description: string | null;
            id: string;
            name: string;
            requiredTasks: string[];
            timeout: number | null;
            workflowExecutionId: string;
        };
        V9FailedData: {
            /** Format: date-time */
            at: string;
            completedTasks: string[];
            description: string | null;
            id: string;
            name: string;
            reason: string;
            requiredTasks: string[];
            timeout: number | null;
            workflowExecutionId: string;
        };
        V10Data: {
            agent_id: string;
            agent_name?: string;
            error?: unknown;
            host?: string | null;
            /** Format: date-time */
            started_at?: string | null;
            /** Format: date-time */
            stopped_at?: string | null;
            version?: string | null;
        };
        V11Data: {
            duration_ms: number | null;
            error: unknown;
            event_id: string | null;
            /** Format: date-time */
            executed_at: string | null;
            execution_id: string | null;
            /** @enum {string} */
            kind: "schedule" | "delayed_event";
            /** Format: date-time */
            scheduled_for: string;
            task_id: string;
            task_name: string;
            workflow_id: string | null;
        };
        V12Data: {
            actor: string;
            /** Format: date-time */
            created_at: string;
            key_id: string;
            name: string;
            prefix: string;
            reason: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            scopes: string[];
        };
        /**
         * ValidateInput
         * @description Data to judge, by the current version of the type or another one.
         */
        ValidateInput: {
            /** Data */
            data: unknown;
            /** Version */
            version?: number | null;
        };
        /**
         * ValidateResult
         * @description Whether data are valid, and where they are not; at most twenty places.
         */
        ValidateResult: {
            /** Errors */
            errors: components["schemas"]["SchemaFault"][];
            /** Valid */
            valid: boolean;
        };
        /**
         * Version
         * @description Which release answers.
         */
        Version: {
            /** Description */
            description: string;
            /** Name */
            name: string;
            /** Version */
            version: string;
        };
        /**
         * View
         * @description A view; `own` tells whether the caller made it and may change it.
         */
        View: {
            /** Createdat */
            createdAt: string;
            /** Id */
            id: string;
            /**
             * List
             * @enum {string}
             */
            list: "requests" | "events" | "webhooks" | "deliveries" | "endpoints" | "workflows" | "executions" | "issues";
            /** Name */
            name: string;
            /** Own */
            own: boolean;
            /** Query */
            query: {
                [key: string]: string | string[];
            };
            /** Shared */
            shared: boolean;
            /** Updatedat */
            updatedAt: string;
        };
        /**
         * ViewInput
         * @description A view to keep: `query` has the parameters of the list's route by their names.
         */
        ViewInput: {
            /**
             * List
             * @enum {string}
             */
            list: "requests" | "events" | "webhooks" | "deliveries" | "endpoints" | "workflows" | "executions" | "issues";
            /** Name */
            name: string;
            /** Query */
            query: {
                [key: string]: string | string[];
            };
            /**
             * Shared
             * @default false
             */
            shared?: boolean;
        };
        /**
         * ViewList
         * @description The caller's views and all shared ones, by name; few enough for one page.
         */
        ViewList: {
            /** Data */
            data: components["schemas"]["View"][];
            /**
             * Hasmore
             * @default false
             */
            hasMore?: boolean;
            /** Nextcursor */
            nextCursor?: string | null;
            /** Prevcursor */
            prevCursor?: string | null;
        };
        /**
         * ViewPatch
         * @description What to change; what is absent stays.
         */
        ViewPatch: {
            /** Name */
            name?: string | null;
            /** Query */
            query?: {
                [key: string]: string | string[];
            } | null;
            /** Shared */
            shared?: boolean | null;
        };
        /**
         * Webhook
         * @description A source: a URL of ours that takes webhooks in.
         */
        Webhook: {
            /** Allowedips */
            allowedIps: string[];
            /**
             * Authtype
             * @enum {string}
             */
            authType: "none" | "signature" | "basic" | "api_key";
            /** Awaitinguntil */
            awaitingUntil: string | null;
            /** Contenttypes */
            contentTypes: string[] | null;
            /** Createdat */
            createdAt: string;
            dedupe: components["schemas"]["WebhookDedupe"];
            /** Description */
            description: string;
            /** Enabled */
            enabled: boolean;
            enrichment: components["schemas"]["WebhookEnrichment"];
            errorRate: components["schemas"]["WebhookErrorRate"];
            /** Eventtypeprefix */
            eventTypePrefix: string | null;
            handshake: components["schemas"]["WebhookHandshake"];
            /**
             * Health
             * @enum {string}
             */
            health: "disabled" | "paused" | "unused" | "healthy" | "degraded" | "failing";
            /** Id */
            id: string;
            /** Lasttriggeredat */
            lastTriggeredAt?: string;
            /** Maxbodybytes */
            maxBodyBytes: number;
            /** Methods */
            methods: string[];
            /** Name */
            name: string;
            /** Nodeid */
            nodeId: string;
            /** Orderingkey */
            orderingKey: string | null;
            /** Path */
            path: string;
            /** Previoussecretexpiresat */
            previousSecretExpiresAt: string | null;
            /** Priority */
            priority: number;
            /** Provider */
            provider: string | null;
            rateLimit: components["schemas"]["WebhookRateLimit"] | null;
            /** Registeredurl */
            registeredUrl: string | null;
            /** Requirejson */
            requireJson: boolean;
            response: components["schemas"]["WebhookOwnAnswer"] | null;
            /** Retentiondays */
            retentionDays: number | null;
            /**
             * Schemacheck
             * @enum {string}
             */
            schemaCheck: "enforce" | "warn" | "off";
            /** Secrethint */
            secretHint: string | null;
            /** Split */
            split: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** Tenantid */
            tenantId: string;
            /** Triggercount */
            triggerCount: number;
            /** Updatedat */
            updatedAt: string;
            /** Url */
            url: string;
            /** Verification */
            verification: {
                [key: string]: unknown;
            } | null;
            /** Workflowid */
            workflowId: string;
        };
        /**
         * WebhookDedupe
         * @description What makes a request a repeat.
         */
        WebhookDedupe: {
            /** Bodyhash */
            bodyHash: boolean;
            /** Bodywindowms */
            bodyWindowMs: number;
            /** Ignorepaths */
            ignorePaths: string[];
            /**
             * Mode
             * @enum {string}
             */
            mode: "auto" | "id" | "paths" | "body" | "off";
            /**
             * Onconflict
             * @enum {string}
             */
            onConflict: "reject" | "ignore";
            /** Paths */
            paths: string[];
            /** Windowms */
            windowMs: number;
        };
        /**
         * WebhookEnrichment
         * @description What is written down about each request beside what it holds.
         */
        WebhookEnrichment: {
            /** Custom */
            custom: {
                [key: string]: string;
            };
            /** Geo */
            geo: boolean;
            /** Rules */
            rules: {
                [key: string]: unknown;
            }[];
            /** Sourceip */
            sourceIp: boolean;
            /** Timing */
            timing: boolean;
            /** Useragent */
            userAgent: boolean;
        };
        /**
         * WebhookErrorRate
         * @description failed ÷ (processed + failed) over an hour and a day.
         */
        WebhookErrorRate: {
            /** H1 */
            h1: number;
            /** H24 */
            h24: number;
        };
        /**
         * WebhookEvent
         * @description One inbound request. Lists leave out query, headers and body unless asked for them.
         *
         *     In the whole object they are null for who may not read payloads, and after the content was erased.
         */
        WebhookEvent: {
            /** Bodysize */
            bodySize: number;
            /** Createdat */
            createdAt: string;
            /** Duplicatecount */
            duplicateCount: number;
            /** Errorcode */
            errorCode: string | null;
            /** Errormessage */
            errorMessage: string | null;
            /** Eventtype */
            eventType: string;
            /** Eventtypesigned */
            eventTypeSigned: boolean;
            /** Executionid */
            executionId: string | null;
            /** Filteredreason */
            filteredReason: string | null;
            /** Id */
            id: string;
            /** Lastduplicateat */
            lastDuplicateAt: string | null;
            metadata: components["schemas"]["EventMetadata"];
            /** Priority */
            priority: number;
            /** Processingtimems */
            processingTimeMs: number;
            /** Replaycount */
            replayCount: number;
            /** Requestbody */
            requestBody?: unknown;
            /** Requestbodyencoding */
            requestBodyEncoding?: ("json" | "text" | "base64") | null;
            /** Requestheaders */
            requestHeaders?: {
                [key: string]: string;
            } | null;
            /** Requestmethod */
            requestMethod: string;
            /** Requestpath */
            requestPath: string;
            /** Requestquery */
            requestQuery?: {
                [key: string]: string;
            } | null;
            /** Responsestatus */
            responseStatus: number;
            /** Sourceeventid */
            sourceEventId: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "received" | "processed" | "filtered" | "failed" | "held";
            /** Tenantid */
            tenantId: string;
            /** Test */
            test: boolean;
            /** Webhookid */
            webhookId: string;
        };
        /**
         * WebhookEventList
         * @description One page; `total` is exact up to 10,000, and of a search it tells how many were seen so far.
         */
        WebhookEventList: {
            /** Data */
            data: components["schemas"]["WebhookEvent"][];
            /** Facets */
            facets?: {
                [key: string]: {
                    [key: string]: number;
                };
            } | null;
            /** Limit */
            limit: number;
            /** Nextcursor */
            nextCursor: string | null;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
            /** Totaliscapped */
            totalIsCapped: boolean;
            /** Truncated */
            truncated?: boolean | null;
        };
        WebhookFailedData: {
            /** Format: date-time */
            at: string;
            error: string;
            errorCode: string;
            eventId: string;
            webhookId: string;
        };
        /**
         * WebhookFilter
         * @description One row: what stands at the path must hold against the value. Rows of one group are ANDed, groups are ORed.
         */
        WebhookFilter: {
            /** Createdat */
            createdAt: string;
            /** Enabled */
            enabled: boolean;
            /** Fieldpath */
            fieldPath: string;
            /** Id */
            id: string;
            /** Logicgroup */
            logicGroup: number;
            /**
             * Operator
             * @enum {string}
             */
            operator: "equals" | "not_equals" | "contains" | "not_contains" | "starts_with" | "ends_with" | "regex_match" | "greater_than" | "less_than" | "in" | "not_in" | "greater_or_equal" | "less_or_equal" | "between" | "exists" | "not_exists" | "is_empty" | "is_not_empty";
            /** Updatedat */
            updatedAt: string;
            /** Value */
            value: unknown;
            /** Webhookid */
            webhookId: string;
        };
        WebhookFilteredData: {
            /** Format: date-time */
            at: string;
            eventId: string;
            reason: string;
            webhookId: string;
        };
        /**
         * WebhookFilterInput
         * @description A new row.
         */
        WebhookFilterInput: {
            /**
             * Enabled
             * @default true
             */
            enabled?: boolean;
            /** Fieldpath */
            fieldPath: string;
            /**
             * Logicgroup
             * @default 0
             */
            logicGroup?: number;
            /** Operator */
            operator: string;
            /** Value */
            value?: unknown;
        };
        /**
         * WebhookFilterList
         * @description The filters of a source, by group and then by birth.
         */
        WebhookFilterList: {
            /** Data */
            data: components["schemas"]["WebhookFilter"][];
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /**
         * WebhookFilterPatch
         * @description Members to change; `field` is read for `fieldPath`, and `regex gt gte lt lte` for their operators.
         */
        WebhookFilterPatch: {
            /**
             * Enabled
             * @default true
             */
            enabled?: boolean;
            /**
             * Fieldpath
             * @default
             */
            fieldPath?: string;
            /**
             * Logicgroup
             * @default 0
             */
            logicGroup?: number;
            /**
             * Operator
             * @default
             */
            operator?: string;
            /** Value */
            value?: unknown;
        };
        /**
         * WebhookFilterSet
         * @description All the rows there shall be.
         */
        WebhookFilterSet: {
            /** Filters */
            filters: {
                /**
                 * Enabled
                 * @default true
                 */
                enabled?: boolean;
                /** Fieldpath */
                fieldPath: string;
                /** Id */
                id?: string | null;
                /**
                 * Logicgroup
                 * @default 0
                 */
                logicGroup?: number;
                /** Operator */
                operator: string;
                /** Value */
                value?: unknown;
            }[];
        };
        /**
         * WebhookHandshake
         * @description Who may subscribe: the token a prober must know (its hint, null without one), origins, and topics.
         */
        WebhookHandshake: {
            /** Origins */
            origins: string[];
            /** Topics */
            topics: string[];
            /** Verifytokenhint */
            verifyTokenHint: string | null;
        };
        /**
         * WebhookInput
         * @description A new source; only its name is required.
         */
        WebhookInput: {
            /** Allowedips */
            allowedIps?: string[] | null;
            /**
             * Authtype
             * @default signature
             * @enum {string}
             */
            authType?: "none" | "signature" | "basic" | "api_key";
            /** Contenttypes */
            contentTypes?: string[] | null;
            /** Credentials */
            credentials?: {
                [key: string]: string;
            } | null;
            /** Dedupe */
            dedupe?: {
                [key: string]: unknown;
            } | null;
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Enabled
             * @default true
             */
            enabled?: boolean;
            /** Enrichment */
            enrichment?: {
                [key: string]: unknown;
            } | null;
            /** Eventtypeprefix */
            eventTypePrefix?: string | null;
            /** Handshake */
            handshake?: {
                [key: string]: unknown;
            } | null;
            /**
             * Maxbodybytes
             * @default 1048576
             */
            maxBodyBytes?: number;
            /** Methods */
            methods?: string[] | null;
            /** Name */
            name: string;
            /** Nodeid */
            nodeId?: string | null;
            /** Orderingkey */
            orderingKey?: string | null;
            /** Path */
            path?: string | null;
            /**
             * Priority
             * @default 1
             */
            priority?: number;
            /** Provider */
            provider?: string | null;
            /** Ratelimit */
            rateLimit?: {
                [key: string]: unknown;
            } | null;
            /** Registeredurl */
            registeredUrl?: string | null;
            /**
             * Requirejson
             * @default false
             */
            requireJson?: boolean;
            /** Response */
            response?: {
                [key: string]: unknown;
            } | null;
            /** Retentiondays */
            retentionDays?: number | null;
            /**
             * Schemacheck
             * @default enforce
             * @enum {string}
             */
            schemaCheck?: "enforce" | "warn" | "off";
            /** Secret */
            secret?: string | null;
            /** Split */
            split?: string | null;
            /**
             * Status
             * @default active
             * @enum {string}
             */
            status?: "active" | "paused" | "disabled";
            /** Verification */
            verification?: {
                [key: string]: unknown;
            } | null;
            /** Workflowid */
            workflowId?: string | null;
        };
        /**
         * WebhookList
         * @description One page of sources.
         */
        WebhookList: {
            /** Data */
            data: components["schemas"]["Webhook"][];
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /**
         * WebhookOwnAnswer
         * @description What is answered on acceptance instead of the usual body.
         */
        WebhookOwnAnswer: {
            /** Body */
            body: string;
            /** Contenttype */
            contentType: string;
            /** Status */
            status: number;
        };
        /**
         * WebhookPatch
         * @description Members to change; absent = unchanged.
         */
        WebhookPatch: {
            /** Allowedips */
            allowedIps?: string[] | null;
            /**
             * Authtype
             * @default signature
             * @enum {string}
             */
            authType?: "none" | "signature" | "basic" | "api_key";
            /** Contenttypes */
            contentTypes?: string[] | null;
            /** Credentials */
            credentials?: {
                [key: string]: string;
            } | null;
            /** Dedupe */
            dedupe?: {
                [key: string]: unknown;
            } | null;
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Enabled
             * @default true
             */
            enabled?: boolean;
            /** Enrichment */
            enrichment?: {
                [key: string]: unknown;
            } | null;
            /** Eventtypeprefix */
            eventTypePrefix?: string | null;
            /** Handshake */
            handshake?: {
                [key: string]: unknown;
            } | null;
            /**
             * Maxbodybytes
             * @default 1048576
             */
            maxBodyBytes?: number;
            /** Methods */
            methods?: string[] | null;
            /**
             * Name
             * @default
             */
            name?: string;
            /** Nodeid */
            nodeId?: string | null;
            /** Orderingkey */
            orderingKey?: string | null;
            /** Path */
            path?: string | null;
            /**
             * Priority
             * @default 1
             */
            priority?: number;
            /** Provider */
            provider?: string | null;
            /** Ratelimit */
            rateLimit?: {
                [key: string]: unknown;
            } | null;
            /** Registeredurl */
            registeredUrl?: string | null;
            /**
             * Requirejson
             * @default false
             */
            requireJson?: boolean;
            /** Response */
            response?: {
                [key: string]: unknown;
            } | null;
            /** Retentiondays */
            retentionDays?: number | null;
            /**
             * Schemacheck
             * @default enforce
             * @enum {string}
             */
            schemaCheck?: "enforce" | "warn" | "off";
            /** Secret */
            secret?: string | null;
            /** Split */
            split?: string | null;
            /**
             * Status
             * @default active
             * @enum {string}
             */
            status?: "active" | "paused" | "disabled";
            /** Verification */
            verification?: {
                [key: string]: unknown;
            } | null;
            /** Workflowid */
            workflowId?: string | null;
        };
        WebhookProcessedData: {
            /** Format: date-time */
            at: string;
            eventId: string;
            executionId: string | null;
            processingTimeMs: number;
            webhookId: string;
            workflowId: string | null;
        };
        /**
         * WebhookRateLimit
         * @description At most `count` requests within `periodMs`.
         */
        WebhookRateLimit: {
            /** Count */
            count: number;
            /** Periodms */
            periodMs: number;
        };
        /**
         * WebhookSecret
         * @description A fresh secret, in clear; empty while it is awaited from the provider, until `awaitingUntil`.
         */
        WebhookSecret: {
            /** Awaitinguntil */
            awaitingUntil?: string;
            /** Secret */
            secret: string;
        };
        /**
         * WebhookSecrets
         * @description What senders must know, in clear.
         */
        WebhookSecrets: {
            /** Credentials */
            credentials: {
                [key: string]: string;
            } | null;
            /** Previous */
            previous: components["schemas"]["hookspan__api__source_shapes__PreviousSecret"][];
            /** Secret */
            secret: string | null;
            /** Verifytoken */
            verifyToken: string | null;
        };
        /**
         * WebhookTest
         * @description One test that was kept; without payloads:read its content is null.
         */
        WebhookTest: {
            /** Createdat */
            createdAt: string;
            /** Eventid */
            eventId: string | null;
            /** Id */
            id: string;
            request: components["schemas"]["KeptTestRequest"];
            response: components["schemas"]["TestResponse"];
        };
        /**
         * WebhookTestInput
         * @description A test send.
         */
        WebhookTestInput: {
            /** Event */
            event: string;
            /** Payload */
            payload?: unknown;
            /** Secret */
            secret?: string | null;
            /** Url */
            url: string;
        };
        /**
         * WebhookTestList
         * @description The last tests of a source, newest first; there are never more than one page.
         */
        WebhookTestList: {
            /** Data */
            data: components["schemas"]["WebhookTest"][];
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /**
         * WebhookTestResult
         * @description How the address answered; `headers` and `body` need the scope endpoints:test_body.
         */
        WebhookTestResult: {
            /**
             * Body
             * @default
             */
            body?: string;
            /** Durationms */
            durationMs: number;
            /** Headers */
            headers?: {
                [key: string]: string;
            };
            /** Message */
            message: string;
            /** Statuscode */
            statusCode: number | null;
            /** Success */
            success: boolean;
        };
        /**
         * Workflow
         * @description The same, by itself: also with the next runs of its schedules.
         */
        Workflow: {
            /**
             * Concurrency
             * @description how many executions run at once, of all versions; null is no limit
             */
            concurrency: number | null;
            /** Createdat */
            createdAt: string;
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Milestones */
            milestones: components["schemas"]["Milestone"][];
            /** Name */
            name: string;
            /** Priority */
            priority: number;
            /** Schedules */
            schedules: components["schemas"]["Schedule"][];
            /** Semver */
            semver: string;
            /**
             * Status
             * @enum {string}
             */
            status: "draft" | "active" | "inactive" | "archived";
            /** Steps */
            steps: components["schemas"]["Step"][];
            /** Syncpoints */
            syncPoints: components["schemas"]["SyncPoint"][];
            /** Triggers */
            triggers: components["schemas"]["Trigger"][];
            /** Updatedat */
            updatedAt: string;
            /**
             * Vars
             * @description constants that templates read as vars
             */
            vars: {
                [key: string]: unknown;
            };
            /** Version */
            version: number;
        };
        /**
         * WorkflowDiff
         * @description What makes one version of another; no operation where they are alike.
         */
        WorkflowDiff: {
            /** From */
            from: number;
            /** Patch */
            patch: components["schemas"]["PatchOperation"][];
            steps: components["schemas"]["StepChanges"];
            /** To */
            to: number;
        };
        /**
         * WorkflowInput
         * @description A whole workflow; what is absent gets its default.
         */
        WorkflowInput: {
            /** Concurrency */
            concurrency?: number | null;
            /**
             * Description
             * @default
             */
            description?: string;
            /** Milestones */
            milestones?: {
                [key: string]: unknown;
            }[];
            /** Name */
            name: string;
            /**
             * Priority
             * @default 1
             */
            priority?: number;
            /**
             * Status
             * @default active
             * @enum {string}
             */
            status?: "draft" | "active" | "inactive" | "archived";
            /** Steps */
            steps?: {
                [key: string]: unknown;
            }[];
            /** Syncpoints */
            syncPoints?: {
                [key: string]: unknown;
            }[];
            /** Triggers */
            triggers?: {
                [key: string]: unknown;
            }[];
            /**
             * Vars
             * @description constants that templates read as vars
             */
            vars?: {
                [key: string]: unknown;
            };
        };
        /**
         * WorkflowLine
         * @description What a workflow did in the window; `errorRate` is failed ÷ (completed + failed).
         */
        WorkflowLine: {
            /** Completed */
            completed: number;
            /** Errorrate */
            errorRate: number;
            /** Failed */
            failed: number;
            /**
             * Health
             * @enum {string}
             */
            health: "healthy" | "degraded" | "failing" | "idle" | "inactive";
            /** Id */
            id: string;
            /** Sparkline */
            sparkline: components["schemas"]["WorkflowPoint"][];
        };
        /**
         * WorkflowLines
         * @description A line for each id that is a workflow of the tenant; `countedFrom` is set when there was too much to count.
         */
        WorkflowLines: {
            /** Countedfrom */
            countedFrom?: string;
            /** Data */
            data: components["schemas"]["WorkflowLine"][];
        };
        /**
         * WorkflowList
         * @description One page of workflows.
         */
        WorkflowList: {
            /** Data */
            data: components["schemas"]["ListedWorkflow"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * WorkflowPatch
         * @description Members to change (RFC 7396): absent is unchanged, null is the default again, a list is replaced as a whole.
         */
        WorkflowPatch: {
            /** Concurrency */
            concurrency?: number | null;
            /** Description */
            description?: string | null;
            /** Milestones */
            milestones?: {
                [key: string]: unknown;
            }[] | null;
            /** Name */
            name?: string;
            /** Priority */
            priority?: number | null;
            /** Status */
            status?: ("draft" | "active" | "inactive" | "archived") | null;
            /** Steps */
            steps?: {
                [key: string]: unknown;
            }[] | null;
            /** Syncpoints */
            syncPoints?: {
                [key: string]: unknown;
            }[] | null;
            /** Triggers */
            triggers?: {
                [key: string]: unknown;
            }[] | null;
            /** Vars */
            vars?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * WorkflowPoint
         * @description One step of a workflow's sparkline, by when executions were born.
         */
        WorkflowPoint: {
            /** At */
            at: string;
            /** Failed */
            failed: number;
            /** Started */
            started: number;
        };
        WorkflowTriggeredData: {
            eventId: string | null;
            executionId: string;
            priority: number;
            /** Format: date-time */
            triggeredAt: string;
            triggerId: string | null;
            /** @enum {string} */
            triggerType: "webhook" | "webhook_replay" | "event" | "schedule" | "manual";
            webhookId: string | null;
            workflowId: string;
            workflowName: string;
            workflowVersion: number;
        };
        /**
         * WorkflowVersion
         * @description One version; it never changes.
         */
        WorkflowVersion: {
            /** Createdat */
            createdAt: string;
            /** Milestones */
            milestones: components["schemas"]["Milestone"][];
            /** Priority */
            priority: number;
            /** Steps */
            steps: components["schemas"]["Step"][];
            /** Syncpoints */
            syncPoints: components["schemas"]["SyncPoint"][];
            /** Triggers */
            triggers: components["schemas"]["Trigger"][];
            /**
             * Vars
             * @description constants that templates read as vars
             */
            vars: {
                [key: string]: unknown;
            };
            /** Version */
            version: number;
            /** Workflowid */
            workflowId: string;
        };
        /**
         * WorkflowVersionList
         * @description Versions, newest first.
         */
        WorkflowVersionList: {
            /** Data */
            data: components["schemas"]["WorkflowVersion"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
            /** Total */
            total?: number | null;
            /** Totaliscapped */
            totalIsCapped?: boolean | null;
        };
        /**
         * WrittenEndpoint
         * @description An endpoint after a write, with the secrets that write set.
         */
        WrittenEndpoint: {
            auth: components["schemas"]["AuthShape"];
            /**
             * Breaker
             * @enum {string}
             */
            breaker: "closed" | "open" | "half_open";
            /**
             * Cloudeventsmode
             * @enum {string}
             */
            cloudEventsMode: "structured" | "binary";
            /** Createdat */
            createdAt: string;
            /**
             * Createdby
             * @enum {string}
             */
            createdBy: "native" | "orchestrator" | "cli" | "library";
            /** Events */
            events: string[];
            /** Filter */
            filter: {
                [key: string]: unknown;
            }[];
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /** Id */
            id: string;
            /** Lastdeliveryat */
            lastDeliveryAt: string | null;
            /** Maxinflight */
            maxInFlight: number;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Method
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
            /** Name */
            name: string;
            ordering: components["schemas"]["Ordering"] | null;
            /** Priority */
            priority: number | null;
            /**
             * Profile
             * @enum {string}
             */
            profile: "standard" | "orchestrator" | "systemprompt" | "cloudevents";
            rateLimit: components["schemas"]["RateLimit"] | null;
            retry: components["schemas"]["RetryPolicyShape"];
            signing: components["schemas"]["SigningSecrets"];
            stats24h: components["schemas"]["LatestStats"];
            /**
             * Status
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** Statuschangedat */
            statusChangedAt: string | null;
            /** Statusreason */
            statusReason: string | null;
            /** Timeoutms */
            timeoutMs: number;
            tls: components["schemas"]["Tls"];
            /**
             * Unsafenumbers
             * @enum {string}
             */
            unsafeNumbers: "exact" | "string" | "round";
            /** Updatedat */
            updatedAt: string;
            /** Url */
            url: string;
        };
        /**
         * WrittenWebhook
         * @description A source after a write; `secret` or `credentials` stand there when this very write set them.
         */
        WrittenWebhook: {
            /** Allowedips */
            allowedIps: string[];
            /**
             * Authtype
             * @enum {string}
             */
            authType: "none" | "signature" | "basic" | "api_key";
            /** Awaitinguntil */
            awaitingUntil: string | null;
            /** Contenttypes */
            contentTypes: string[] | null;
            /** Createdat */
            createdAt: string;
            /** Credentials */
            credentials?: {
                [key: string]: string;
            };
            dedupe: components["schemas"]["WebhookDedupe"];
            /** Description */
            description: string;
            /** Enabled */
            enabled: boolean;
            enrichment: components["schemas"]["WebhookEnrichment"];
            errorRate: components["schemas"]["WebhookErrorRate"];
            /** Eventtypeprefix */
            eventTypePrefix: string | null;
            handshake: components["schemas"]["WebhookHandshake"];
            /**
             * Health
             * @enum {string}
             */
            health: "disabled" | "paused" | "unused" | "healthy" | "degraded" | "failing";
            /** Id */
            id: string;
            /** Lasttriggeredat */
            lastTriggeredAt?: string;
            /** Maxbodybytes */
            maxBodyBytes: number;
            /** Methods */
            methods: string[];
            /** Name */
            name: string;
            /** Nodeid */
            nodeId: string;
            /** Orderingkey */
            orderingKey: string | null;
            /** Path */
            path: string;
            /** Previoussecretexpiresat */
            previousSecretExpiresAt: string | null;
            /** Priority */
            priority: number;
            /** Provider */
            provider: string | null;
            rateLimit: components["schemas"]["WebhookRateLimit"] | null;
            /** Registeredurl */
            registeredUrl: string | null;
            /** Requirejson */
            requireJson: boolean;
            response: components["schemas"]["WebhookOwnAnswer"] | null;
            /** Retentiondays */
            retentionDays: number | null;
            /**
             * Schemacheck
             * @enum {string}
             */
            schemaCheck: "enforce" | "warn" | "off";
            /** Secret */
            secret?: string;
            /** Secrethint */
            secretHint: string | null;
            /** Split */
            split: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** Tenantid */
            tenantId: string;
            /** Triggercount */
            triggerCount: number;
            /** Updatedat */
            updatedAt: string;
            /** Url */
            url: string;
            /** Verification */
            verification: {
                [key: string]: unknown;
            } | null;
            /** Workflowid */
            workflowId: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: {
                cookie?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    listOrchestratorExecutions: {
        parameters: {
            query?: {
                limit?: string | null;
                offset?: string | null;
                status?: string | null;
                workflowDefinitionId?: string | null;
            };
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorExecution"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    createOrchestratorExecution: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrchestratorExecutionInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorExecution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    getOrchestratorExecution: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorExecution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    cancelOrchestratorExecution: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorExecution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    getOrchestratorProgress: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorProgress"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    listOrchestratorTasks: {
        parameters: {
            query?: {
                limit?: string | null;
                offset?: string | null;
                status?: string | null;
            };
            header?: {
                accept?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorTask"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    seedHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeedHealth"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeedHealth"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    retryOrchestratorTask: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorTask"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                action?: string | null;
                actor?: string | null;
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "at" | "actor" | "ip" | "userAgent" | "action" | "resource" | "before" | "after" | "requestId" | "reason" | "place" | "seal")[];
                from?: string | null;
                limit?: number;
                resource?: string | null;
                sort?: "-createdAt" | "createdAt";
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerdict"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerCallback: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                expand?: "attempts" | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "eventId" | "eventType" | "deliveredName" | "endpointId" | "url" | "profile" | "status" | "statusReason" | "attempts" | "maxAttempts" | "nextAttemptAt" | "lastAttemptAt" | "lastStatusCode" | "lastError" | "priority" | "orderingKey" | "createdAt" | "completedAt" | "attemptList")[];
                from?: string | null;
                limit?: number;
                outcome?: ("delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown")[];
                priority?: number | null;
                reason?: string[];
                sort?: ("-createdAt" | "createdAt") | "nextAttemptAt";
                status?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                statusCode?: string[];
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "eventId" | "eventType" | "deliveredName" | "endpointId" | "url" | "profile" | "status" | "statusReason" | "attempts" | "maxAttempts" | "nextAttemptAt" | "lastAttemptAt" | "lastStatusCode" | "lastError" | "priority" | "orderingKey" | "createdAt" | "completedAt" | "bodyForm" | "bodySha256")[];
            };
            header?: never;
            path: {
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAttempts: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "deliveryId" | "number" | "trigger" | "outcome" | "statusCode" | "durationMs" | "timings" | "request" | "response" | "error" | "errorCode" | "startedAt" | "finishedAt")[];
            };
            header?: never;
            path: {
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttemptList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAttempt: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "deliveryId" | "number" | "trigger" | "outcome" | "statusCode" | "durationMs" | "timings" | "request" | "response" | "error" | "errorCode" | "startedAt" | "finishedAt")[];
            };
            header?: never;
            path: {
                delivery_id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attempt"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeliveryBody: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retried"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelDeliveries: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkPreview"];
                };
            };
            /** @description The job, which is on disk; `Location` tells where to look after it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportDeliveries: {
        parameters: {
            query?: {
                bom?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                format?: "csv" | "json" | "ndjson";
                from?: string | null;
                outcome?: ("delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown")[];
                priority?: number | null;
                reason?: string[];
                sort?: "-createdAt" | "createdAt";
                status?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                statusCode?: string[];
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An attachment; `X-Hookspan-Truncated: true` when more matched than may go out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": unknown;
                    "text/csv": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDeliveries: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkRetryInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkPreview"];
                };
            };
            /** @description The job, which is on disk; `Location` tells where to look after it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEndpoints: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                cursor?: string | null;
                events?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "name" | "url" | "method" | "profile" | "events" | "filter" | "headers" | "auth" | "status" | "statusReason" | "statusChangedAt" | "retry" | "timeoutMs" | "rateLimit" | "maxInFlight" | "ordering" | "priority" | "signing" | "unsafeNumbers" | "cloudEventsMode" | "tls" | "metadata" | "createdBy" | "createdAt" | "updatedAt" | "lastDeliveryAt" | "breaker" | "stats24h")[];
                limit?: number;
                profile?: ("standard" | "orchestrator" | "systemprompt" | "cloudevents")[] | null;
                q?: string | null;
                sort?: "-createdAt" | "createdAt";
                status?: ("active" | "paused" | "disabled")[] | null;
                url?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
                "user-agent"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenEndpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpoint: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "name" | "url" | "method" | "profile" | "events" | "filter" | "headers" | "auth" | "status" | "statusReason" | "statusChangedAt" | "retry" | "timeoutMs" | "rateLimit" | "maxInFlight" | "ordering" | "priority" | "signing" | "unsafeNumbers" | "cloudEventsMode" | "tls" | "metadata" | "createdBy" | "createdAt" | "updatedAt" | "lastDeliveryAt" | "breaker" | "stats24h")[];
            };
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceEndpoint: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenEndpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEndpoint: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchEndpoint: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenEndpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEndpointDeliveries: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                /** @description Show only these members of each entry */
                fields?: ("id" | "eventId" | "eventType" | "deliveredName" | "endpointId" | "url" | "profile" | "status" | "statusReason" | "attempts" | "maxAttempts" | "nextAttemptAt" | "lastAttemptAt" | "lastStatusCode" | "lastError" | "priority" | "orderingKey" | "createdAt" | "completedAt" | "attemptList")[];
                from?: string | null;
                limit?: number;
                outcome?: ("delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown")[];
                priority?: number | null;
                reason?: string[];
                sort?: ("-createdAt" | "createdAt") | "nextAttemptAt";
                status?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                statusCode?: string[];
                to?: string | null;
            };
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateEndpointSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedEndpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewEndpointSchedule: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("attempt" | "at" | "waitMs")[];
            };
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revealEndpointSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointSecrets"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointStats: {
        parameters: {
            query?: {
                window?: ("1h" | "24h" | "7d" | "30d") | null;
            };
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointStats"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestedEndpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEndpointTests: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("success" | "statusCode" | "message" | "durationMs" | "headers" | "body" | "attempt" | "id" | "endpointId" | "url" | "profile" | "eventType" | "createdAt")[];
            };
            header?: never;
            path: {
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointTestList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testAddress: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressTestInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestedEndpoint"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventTypes: {
        parameters: {
            query?: {
                archived?: boolean;
                limit?: number;
                offset?: number;
                prefix?: string;
                seed?: ("S1" | "S2" | "S3") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypeList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEventType: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventTypeInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventType: {
        parameters: {
            query?: {
                version?: number | null;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateEventType: {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventTypePatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventTypeSamples: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validateEventData: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ValidateInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidateResult"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventTypeVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypeList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                deliveryStatus?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                endpointId?: string[];
                errorCode?: string[];
                eventType?: string[];
                executionId?: string[];
                expand?: "execution" | null;
                facets?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "type" | "names" | "origin" | "webhookId" | "workflowId" | "executionId" | "subject" | "priority" | "orderingKey" | "status" | "dataContentType" | "dataSize" | "traceId" | "replayCount" | "sourceEventId" | "rootEventId" | "test" | "createdAt" | "occurredAt" | "deliverAt" | "version" | "receipt" | "counts" | "execution")[];
                from?: string | null;
                hasExecution?: boolean | null;
                limit?: number;
                method?: string[];
                orderingKey?: string | null;
                origin?: ("webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system")[];
                priority?: number[];
                q?: string | null;
                replayed?: boolean | null;
                responseStatus?: string[];
                sort?: "-createdAt" | "createdAt" | "-processingTimeMs";
                sourceIp?: string[];
                status?: string[];
                subject?: string | null;
                test?: boolean | null;
                to?: string | null;
                type?: string[];
                webhookId?: string[];
                where?: string | null;
                workflowId?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publishEvent: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": {
                    [key: string]: unknown;
                };
                "application/json": components["schemas"]["EventInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedEvent"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: {
                expand?: "execution" | null;
                /** @description Show only these members */
                fields?: ("id" | "type" | "names" | "origin" | "webhookId" | "workflowId" | "executionId" | "subject" | "priority" | "orderingKey" | "status" | "dataContentType" | "dataSize" | "traceId" | "replayCount" | "sourceEventId" | "rootEventId" | "test" | "createdAt" | "occurredAt" | "deliverAt" | "version" | "receipt" | "counts" | "execution" | "data" | "dataBase64" | "metadata" | "forwards")[];
            };
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventSummary"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventChain: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "type" | "status" | "replayCount" | "sourceEventId" | "createdAt" | "receiptStatus" | "executionId" | "replay")[];
            };
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseEventContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventData: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventDeliveries: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                /** @description Show only these members of each entry */
                fields?: ("id" | "eventId" | "eventType" | "deliveredName" | "endpointId" | "url" | "profile" | "status" | "statusReason" | "attempts" | "maxAttempts" | "nextAttemptAt" | "lastAttemptAt" | "lastStatusCode" | "lastError" | "priority" | "orderingKey" | "createdAt" | "completedAt" | "attemptList")[];
                from?: string | null;
                limit?: number;
                outcome?: ("delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown")[];
                priority?: number | null;
                reason?: string[];
                sort?: ("-createdAt" | "createdAt") | "nextAttemptAt";
                status?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                statusCode?: string[];
                to?: string | null;
            };
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listForwards: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "statusCode" | "durationMs" | "target" | "error" | "createdAt")[];
            };
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForwardList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportForward: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForwardInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forward"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReplayInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayResult"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboundRequestShape"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainEventRouting: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("kind" | "id" | "matched" | "reason" | "deliveryId" | "deliveryStatus" | "executionId")[];
            };
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingAnswers"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publishEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents-batch+json": {
                    [key: string]: unknown;
                }[];
                "application/json": components["schemas"]["EventBatchInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedBatch"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportEvents: {
        parameters: {
            query?: {
                bom?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                deliveryStatus?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                endpointId?: string[];
                errorCode?: string[];
                eventType?: string[];
                executionId?: string[];
                format?: "csv" | "json" | "ndjson";
                from?: string | null;
                hasExecution?: boolean | null;
                method?: string[];
                orderingKey?: string | null;
                origin?: ("webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system")[];
                priority?: number[];
                q?: string | null;
                replayed?: boolean | null;
                responseStatus?: string[];
                sort?: "-createdAt" | "createdAt";
                sourceIp?: string[];
                status?: string[];
                subject?: string | null;
                test?: boolean | null;
                to?: string | null;
                type?: string[];
                webhookId?: string[];
                where?: string | null;
                workflowId?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An attachment; `X-Hookspan-Truncated: true` when more matched than may go out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": unknown;
                    "text/csv": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkReplayInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkReplayPreview"];
                };
            };
            /** @description The job, which is on disk; `Location` tells where to look after it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExecutions: {
        parameters: {
            query?: {
                "completedAt[gte]"?: string | null;
                "completedAt[lt]"?: string | null;
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "workflowId" | "workflowVersion" | "status" | "triggerType" | "triggerEventId" | "error" | "priority" | "parentExecutionId" | "parentStepId" | "startedAt" | "completedAt" | "durationMs" | "createdAt")[];
                from?: string | null;
                limit?: number;
                parentExecutionId?: string | null;
                sort?: "-createdAt" | "createdAt" | "-completedAt" | "completedAt";
                status?: ("pending" | "running" | "waiting" | "completed" | "failed" | "cancelled")[];
                to?: string | null;
                triggerEventId?: string | null;
                triggerType?: ("webhook" | "webhook_replay" | "event" | "schedule" | "manual")[];
                workflowId?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExecution: {
        parameters: {
            query?: {
                expand?: "steps" | null;
                /** @description Show only these members */
                fields?: ("id" | "workflowId" | "workflowVersion" | "status" | "triggerType" | "triggerEventId" | "error" | "priority" | "parentExecutionId" | "parentStepId" | "startedAt" | "completedAt" | "durationMs" | "createdAt" | "input" | "output" | "outputTruncated" | "steps")[];
            };
            header?: never;
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createBlocker: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlockerInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionBlocker"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolveBlocker: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                blocker_id: string;
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionBlocker"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    achieveMilestone: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
                milestone_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionMilestone"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExecutionProgress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionProgress"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restartExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestartInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signalExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionSummary"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExecutionSteps: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "stepId" | "name" | "kind" | "status" | "attempt" | "input" | "output" | "error" | "reason" | "nextAttemptAt" | "startedAt" | "completedAt" | "durationMs" | "inputTruncated" | "outputTruncated" | "callbackUrl" | "callbackExpiresAt")[];
            };
            header?: never;
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionStepList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeStep: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
                step_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompleteInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionSummary"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    failStep: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                execution_id: string;
                step_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FailInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionSummary"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInboxes: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "url" | "status" | "createdAt" | "expiresAt")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createInbox: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InboxWrite"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Inbox"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInbox: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "url" | "status" | "createdAt" | "expiresAt")[];
            };
            header?: never;
            path: {
                inbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Inbox"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteInbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                inbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInboxRequests: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "method" | "query" | "headers" | "bodyJson" | "bodyText" | "bodyBase64" | "bodySize" | "receivedAt")[];
            };
            header?: never;
            path: {
                inbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxRequestList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIssues: {
        parameters: {
            query?: {
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                /** @description Show only these members of each entry */
                fields?: ("kind" | "endpointId" | "errorCode" | "statusCode" | "count" | "exhausted" | "firstSeenAt" | "lastSeenAt" | "sampleIds")[];
                from?: string | null;
                outcome?: ("delivered" | "http_error" | "redirect" | "timeout" | "dns_error" | "connect_error" | "tls_error" | "protocol_error" | "blocked" | "unknown")[];
                priority?: number | null;
                reason?: string[];
                status?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                statusCode?: string[];
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssueList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                cursor?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "kind" | "status" | "done" | "total" | "succeeded" | "failed" | "errors" | "plan" | "createdBy" | "createdAt" | "startedAt" | "finishedAt")[];
                limit?: number;
                sort?: "-createdAt" | "createdAt";
                status?: ("queued" | "running" | "done" | "failed" | "cancelled")[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "kind" | "status" | "done" | "total" | "succeeded" | "failed" | "errors" | "plan" | "createdBy" | "createdAt" | "startedAt" | "finishedAt")[];
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                cursor?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "name" | "scopes" | "role" | "prefix" | "createdAt" | "expiresAt" | "lastUsedAt")[];
                limit?: number;
                sort?: "-createdAt" | "createdAt";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyWrite"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "name" | "scopes" | "role" | "prefix" | "createdAt" | "expiresAt" | "lastUsedAt")[];
            };
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    meta: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Meta"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getForms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forms"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPriorities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriorityList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putPriority: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                level: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PriorityInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriorityLevel"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "title" | "docs" | "auth" | "kind" | "status" | "evidence" | "signaturePlace" | "signedFields" | "secret" | "time" | "dedupe" | "idSigned" | "eventType" | "typeSigned" | "handshakes" | "awaitsSecret" | "methods" | "needsRegisteredUrl" | "canSign" | "hasSample")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProvider: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "title" | "docs" | "auth" | "kind" | "status" | "evidence" | "signaturePlace" | "signedFields" | "secret" | "time" | "dedupe" | "idSigned" | "eventType" | "typeSigned" | "handshakes" | "awaitsSecret" | "methods" | "needsRegisteredUrl" | "canSign" | "hasSample" | "sample" | "verification")[];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderDetail"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listQueues: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("priority" | "name" | "depth" | "oldestMs" | "inFlight" | "workers" | "executions" | "held")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUnknownRequests: {
        parameters: {
            query?: {
                cause?: ("unknown_path" | "disabled" | "method" | "ip" | "rate_limited" | "too_large" | "encoding" | "content_type" | "missing_signature" | "malformed_signature" | "bad_signature" | "stale_timestamp" | "future_timestamp" | "basic_failed" | "key_failed" | "not_configured" | "key_unavailable" | "invalid_json" | "id_conflict" | "timeout" | "loop" | "handshake")[];
                /** @description Show only these members of each entry */
                fields?: ("id" | "webhookId" | "cause" | "detail" | "status" | "method" | "path" | "sourceIp" | "headers" | "bodySize" | "bodyPrefix" | "provider" | "receivedAt" | "count")[];
                from?: string | null;
                limit?: number;
                offset?: number;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedRequestList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReplays: {
        parameters: {
            query?: {
                actor?: string | null;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                eventId?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("id" | "eventId" | "sourceEventId" | "rootEventId" | "webhookId" | "replayCount" | "actor" | "reason" | "modified" | "diff" | "diffTruncated" | "jobId" | "createdAt")[];
                from?: string | null;
                jobId?: string | null;
                limit?: number;
                offset?: number;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /** @description Show only these members of each entry */
                fields?: ("kind" | "id" | "title")[];
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: {
                bucketMs?: number | null;
                endpointId?: string | null;
                eventType?: string | null;
                webhookId?: string | null;
                window?: "1h" | "24h" | "7d" | "30d";
                workflowId?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsAnswer"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatsBatch: {
        parameters: {
            query: {
                ids: string[];
                kind?: "endpoint" | "webhook" | "workflow";
                window?: "1h" | "24h" | "7d" | "30d";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointLines"] | components["schemas"]["SourceLines"] | components["schemas"]["WorkflowLines"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream: {
        parameters: {
            query?: {
                endpointId?: string[];
                executionId?: string[];
                filter?: string | null;
                ticket?: string | null;
                topics?: string;
                webhookId?: string[];
                workflowId?: string[];
            };
            header?: {
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listViews: {
        parameters: {
            query?: {
                /** @description Show only these members of each entry */
                fields?: ("id" | "list" | "name" | "query" | "shared" | "own" | "createdAt" | "updatedAt")[];
                list?: ("requests" | "events" | "webhooks" | "deliveries" | "endpoints" | "workflows" | "executions" | "issues") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createView: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getView: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("id" | "list" | "name" | "query" | "shared" | "own" | "createdAt" | "updatedAt")[];
            };
            header?: never;
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteView: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeView: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                authType?: ("none" | "signature" | "basic" | "api_key") | null;
                enabled?: boolean | null;
                health?: ("disabled" | "paused" | "unused" | "healthy" | "degraded" | "failing") | null;
                limit?: number;
                offset?: number;
                priority?: number | null;
                provider?: string | null;
                q?: string | null;
                sort?: string;
                status?: ("active" | "paused" | "disabled") | null;
                workflowId?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenWebhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenWebhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenWebhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookEvents: {
        parameters: {
            query?: {
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                deliveryStatus?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                endpointId?: string[];
                errorCode?: string[];
                eventType?: string[];
                executionId?: string[];
                facets?: string | null;
                from?: string | null;
                hasExecution?: boolean | null;
                include?: string | null;
                limit?: number;
                method?: string[];
                offset?: number;
                orderingKey?: string | null;
                origin?: ("webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system")[];
                priority?: number[];
                q?: string | null;
                replayed?: boolean | null;
                responseStatus?: string[];
                sort?: "-createdAt" | "createdAt" | "-processingTimeMs";
                sourceIp?: string[];
                status?: string[];
                subject?: string | null;
                test?: boolean | null;
                to?: string | null;
                type?: string[];
                webhookId?: string[];
                where?: string | null;
                workflowId?: string[];
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEventList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEvent"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportWebhookEvents: {
        parameters: {
            query?: {
                bom?: boolean;
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                deliveryStatus?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                endpointId?: string[];
                errorCode?: string[];
                eventType?: string[];
                executionId?: string[];
                format?: "csv" | "json" | "ndjson";
                from?: string | null;
                hasExecution?: boolean | null;
                method?: string[];
                orderingKey?: string | null;
                origin?: ("webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system")[];
                priority?: number[];
                q?: string | null;
                replayed?: boolean | null;
                responseStatus?: string[];
                sort?: "-createdAt" | "createdAt";
                sourceIp?: string[];
                status?: string[];
                subject?: string | null;
                test?: boolean | null;
                to?: string | null;
                type?: string[];
                webhookId?: string[];
                where?: string | null;
                workflowId?: string[];
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An attachment; `X-Hookspan-Truncated: true` when more matched than may go out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "application/x-ndjson": unknown;
                    "text/csv": unknown;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhookEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayBatchInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchReplayResponse"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookFilters: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookFilterList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceWebhookFilters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookFilterSet"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookFilterList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhookFilter: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookFilterInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookFilter"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                filter_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookFilter"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhookFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                filter_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookFilterPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookFilter"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhookFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                filter_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWebhookFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                filter_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookFilterPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookFilter"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    backtestWebhookFilters: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["FilterBacktestInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterBacktestResult"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhookFilters: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["FilterTestInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterTestResult"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookPaths: {
        parameters: {
            query?: {
                prefix?: string;
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PathSuggestionList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    regenerateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecret"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRejectedRequests: {
        parameters: {
            query?: {
                cause?: ("unknown_path" | "disabled" | "method" | "ip" | "rate_limited" | "too_large" | "encoding" | "content_type" | "missing_signature" | "malformed_signature" | "bad_signature" | "stale_timestamp" | "future_timestamp" | "basic_failed" | "key_failed" | "not_configured" | "key_unavailable" | "invalid_json" | "id_conflict" | "timeout" | "loop" | "handshake")[];
                from?: string | null;
                limit?: number;
                offset?: number;
                to?: string | null;
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedRequestList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookSamples: {
        parameters: {
            query?: {
                eventType?: string | null;
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleRequestList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revealWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecrets"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Body"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestResponse"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookTests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTestList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflows: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                cursor?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("priority" | "vars" | "triggers" | "steps" | "syncPoints" | "milestones" | "id" | "name" | "description" | "status" | "concurrency" | "version" | "semver" | "createdAt" | "updatedAt")[];
                limit?: number;
                name?: string | null;
                q?: string | null;
                sort?: "-createdAt" | "createdAt";
                status?: ("draft" | "active" | "inactive" | "archived")[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowInput"];
                "application/yaml": components["schemas"]["WorkflowInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflow: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("priority" | "vars" | "triggers" | "steps" | "syncPoints" | "milestones" | "id" | "name" | "description" | "status" | "concurrency" | "version" | "semver" | "createdAt" | "updatedAt" | "schedules")[];
            };
            header?: never;
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                    "application/yaml": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceWorkflow: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowInput"];
                "application/yaml": components["schemas"]["WorkflowInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWorkflow: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWorkflow: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string | null;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowPatch"];
                "application/yaml": components["schemas"]["WorkflowPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diffWorkflowVersions: {
        parameters: {
            query?: {
                from?: number | null;
                to?: number | null;
            };
            header?: never;
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowDiff"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RunInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validateWorkflowVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WorkflowInput"];
                "application/yaml": components["schemas"]["WorkflowInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflowVersions: {
        parameters: {
            query?: {
                /** @description Adds `total`: exact up to 10,000, beyond `totalIsCapped`. */
                count?: boolean;
                cursor?: string | null;
                /** @description Show only these members of each entry */
                fields?: ("priority" | "vars" | "triggers" | "steps" | "syncPoints" | "milestones" | "workflowId" | "version" | "createdAt")[];
                limit?: number;
                sort?: "-createdAt" | "createdAt";
            };
            header?: never;
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowVersionList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowVersion: {
        parameters: {
            query?: {
                /** @description Show only these members */
                fields?: ("priority" | "vars" | "triggers" | "steps" | "syncPoints" | "milestones" | "workflowId" | "version" | "createdAt")[];
            };
            header?: never;
            path: {
                version: number;
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowVersion"];
                    "application/yaml": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/schema+json": Record<string, never>;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validateWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowInput"];
                "application/yaml": components["schemas"]["WorkflowInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters; a repeat gets the first answer */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    version: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    listOrchestratorWebhooks: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWebhook"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    createOrchestratorWebhook: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrchestratorWebhookInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWebhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    getOrchestratorWebhook: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWebhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    updateOrchestratorWebhook: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrchestratorWebhookChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWebhook"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    deleteOrchestratorWebhook: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    testOrchestratorWebhook: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookTestInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTestResult"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    listOrchestratorWorkflows: {
        parameters: {
            query?: {
                limit?: string | null;
                offset?: string | null;
            };
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWorkflow"][];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    createOrchestratorWorkflow: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrchestratorWorkflowInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWorkflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    getOrchestratorWorkflow: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWorkflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    updateOrchestratorWorkflow: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrchestratorWorkflowChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrchestratorWorkflow"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    deleteOrchestratorWorkflow: {
        parameters: {
            query?: never;
            header?: {
                accept?: string;
            };
            path: {
                workflow_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    problem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    onAgentFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "agent_id": "agent_123",
                 *         "agent_name": "Data Processor",
                 *         "error": "no heartbeat for 60 s",
                 *         "host": "worker-1",
                 *         "started_at": "2025-05-21T21:26:58.211Z",
                 *         "stopped_at": null,
                 *         "version": "1.0.0"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "agent.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V10Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "agent.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAgentStarted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "agent_id": "agent_123",
                 *         "agent_name": "Data Processor",
                 *         "error": null,
                 *         "host": "worker-1",
                 *         "started_at": "2025-05-21T21:26:58.211Z",
                 *         "stopped_at": null,
                 *         "version": "1.0.0"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "agent.started"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V10Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "agent.started";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAgentStopped: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "agent_id": "agent_123",
                 *         "agent_name": "Data Processor",
                 *         "error": null,
                 *         "host": "worker-1",
                 *         "started_at": "2025-05-21T21:26:58.211Z",
                 *         "stopped_at": "2025-05-21T21:27:09.442Z",
                 *         "version": "1.0.0"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "agent.stopped"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V10Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "agent.stopped";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onApiKeyCreated: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "actor": "user:ops",
                 *         "created_at": "2025-05-21T21:26:58.211Z",
                 *         "key_id": "0196f4be-7777-7abc-8def-0123456789ab",
                 *         "name": "billing",
                 *         "prefix": "hsk_abc123def456",
                 *         "reason": null,
                 *         "revoked_at": null,
                 *         "scopes": [
                 *           "events:publish"
                 *         ]
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "api.key.created"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V12Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "api.key.created";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onApiKeyRevoked: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "actor": "user:ops",
                 *         "created_at": "2025-05-21T21:26:58.211Z",
                 *         "key_id": "0196f4be-7777-7abc-8def-0123456789ab",
                 *         "name": "billing",
                 *         "prefix": "hsk_abc123def456",
                 *         "reason": "revoked",
                 *         "revoked_at": "2025-05-21T21:27:09.442Z",
                 *         "scopes": [
                 *           "events:publish"
                 *         ]
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "api.key.revoked"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V12Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "api.key.revoked";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onApiLimitExceeded: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "limit": 600,
                 *         "occurred_at": "2025-05-21T21:26:58.211Z",
                 *         "path": "/api/v1/events",
                 *         "policy": "management",
                 *         "subject": "key:billing",
                 *         "window_ms": 60000
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "api.limit.exceeded"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["LimitExceededData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "api.limit.exceeded";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onBlockerDetected: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "createdAt": "2025-05-21T21:26:58.211Z",
                 *         "description": "waiting for cpu",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "resolvedAt": null,
                 *         "taskExecutionId": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "blocker.detected"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V6Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "blocker.detected";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onBlockerResolved: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "createdAt": "2025-05-21T21:26:58.211Z",
                 *         "description": "waiting for cpu",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "resolvedAt": "2025-05-21T21:27:09.442Z",
                 *         "taskExecutionId": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "blocker.resolved"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V6Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "blocker.resolved";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCustom: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "message": "Hello from hookspan",
                 *         "sentAt": "2025-05-21T21:26:58.211Z"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "custom"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["AnyData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "custom";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDeliveryExhausted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "attempts": 11,
                 *         "deliveryId": "0196f4be-6666-7abc-8def-0123456789ab",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "eventType": "invoice.paid",
                 *         "lastError": "HTTP 503",
                 *         "lastStatusCode": 503
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "delivery.exhausted"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["DeliveryChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "delivery.exhausted";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDeliveryFailing: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "attempts": 4,
                 *         "deliveryId": "0196f4be-6666-7abc-8def-0123456789ab",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "eventType": "invoice.paid",
                 *         "lastError": "HTTP 503",
                 *         "lastStatusCode": 503
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "delivery.failing"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["DeliveryChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "delivery.failing";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDeliveryRecovered: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "attempts": 5,
                 *         "deliveryId": "0196f4be-6666-7abc-8def-0123456789ab",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "eventType": "invoice.paid",
                 *         "lastError": null,
                 *         "lastStatusCode": 204
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "delivery.recovered"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["DeliveryChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "delivery.recovered";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onEndpointCreated: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "name": "Billing",
                 *         "reason": null,
                 *         "status": "active",
                 *         "url": "https://example.com/hook"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "endpoint.created"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["EndpointChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "endpoint.created";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onEndpointDeleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "name": "Billing",
                 *         "reason": null,
                 *         "status": "deleted",
                 *         "url": "https://example.com/hook"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "endpoint.deleted"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["EndpointChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "endpoint.deleted";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onEndpointDisabled: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "name": "Billing",
                 *         "reason": "failures",
                 *         "status": "disabled",
                 *         "url": "https://example.com/hook"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "endpoint.disabled"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["EndpointChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "endpoint.disabled";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onEndpointRecovered: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "name": "Billing",
                 *         "reason": "probe_delivered",
                 *         "status": "active",
                 *         "url": "https://example.com/hook"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "endpoint.recovered"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["EndpointChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "endpoint.recovered";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onEndpointUpdated: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "endpointId": "0196f4be-5555-7abc-8def-0123456789ab",
                 *         "name": "Billing",
                 *         "reason": null,
                 *         "status": "active",
                 *         "url": "https://example.com/hook"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "endpoint.updated"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["EndpointChangeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "endpoint.updated";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onExecutionCancelled: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "completedAt": "2025-05-21T21:27:09.442Z",
                 *         "durationMs": 11231,
                 *         "error": null,
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "output": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "cancelled",
                 *         "stepsCompleted": 1,
                 *         "stepsTotal": 2,
                 *         "triggerEventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "triggerType": "event",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflowName": "Order intake",
                 *         "workflowVersion": 3
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "execution.cancelled"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D1Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "execution.cancelled";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onExecutionCompleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "completedAt": "2025-05-21T21:27:09.442Z",
                 *         "durationMs": 11231,
                 *         "error": null,
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "output": {
                 *           "order": "ord_1"
                 *         },
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "completed",
                 *         "stepsCompleted": 2,
                 *         "stepsTotal": 2,
                 *         "triggerEventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "triggerType": "event",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflowName": "Order intake",
                 *         "workflowVersion": 3
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "execution.completed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D1Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "execution.completed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onExecutionFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "completedAt": "2025-05-21T21:27:09.442Z",
                 *         "durationMs": 11231,
                 *         "error": {
                 *           "code": "step_failed",
                 *           "message": "the far side answered 500",
                 *           "stepId": "fetch"
                 *         },
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "output": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "failed",
                 *         "stepsCompleted": 1,
                 *         "stepsTotal": 2,
                 *         "triggerEventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "triggerType": "event",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflowName": "Order intake",
                 *         "workflowVersion": 3
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "execution.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D1Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "execution.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onExecutionStarted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "completedAt": null,
                 *         "durationMs": null,
                 *         "error": null,
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "output": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "running",
                 *         "stepsCompleted": 0,
                 *         "stepsTotal": 2,
                 *         "triggerEventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "triggerType": "event",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflowName": "Order intake",
                 *         "workflowVersion": 3
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "execution.started"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D1Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "execution.started";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onMilestoneAchieved: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "achieved": true,
                 *         "achievedAt": "2025-05-21T21:27:09.442Z",
                 *         "description": "",
                 *         "id": "m1",
                 *         "name": "Fetched",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "milestone.achieved"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V7Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "milestone.achieved";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onProgressUpdated: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "blockers": [],
                 *         "completedTasks": 2,
                 *         "estimatedCompletion": "2025-05-21T21:27:09.442Z",
                 *         "id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "milestones": [],
                 *         "totalTasks": 5,
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "progress.updated"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V5Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "progress.updated";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onResourceAllocated: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "allocatedAt": "2025-05-21T21:26:58.211Z",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "releasedAt": null,
                 *         "resources": {
                 *           "cpu": 1,
                 *           "custom": [],
                 *           "memory": null,
                 *           "storage": null
                 *         },
                 *         "taskExecutionId": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "resource.allocated"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V8Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "resource.allocated";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onResourceReleased: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "allocatedAt": "2025-05-21T21:26:58.211Z",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "releasedAt": "2025-05-21T21:27:09.442Z",
                 *         "resources": {
                 *           "cpu": 1,
                 *           "custom": [],
                 *           "memory": null,
                 *           "storage": null
                 *         },
                 *         "taskExecutionId": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "resource.released"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V8Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "resource.released";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onResourceShortage: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "allocatedAt": null,
                 *         "available": {
                 *           "cpu": 0,
                 *           "custom": [],
                 *           "memory": null,
                 *           "storage": null
                 *         },
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "reason": null,
                 *         "releasedAt": null,
                 *         "requested": {
                 *           "cpu": 1,
                 *           "custom": [],
                 *           "memory": null,
                 *           "storage": null
                 *         },
                 *         "resources": {
                 *           "cpu": 1,
                 *           "custom": [],
                 *           "memory": null,
                 *           "storage": null
                 *         },
                 *         "taskExecutionId": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "resource.shortage"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V8ShortageData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "resource.shortage";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onStepCancelled: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempt": 1,
                 *         "completedAt": "2025-05-21T21:27:09.442Z",
                 *         "durationMs": 11231,
                 *         "error": null,
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "kind": "http",
                 *         "output": null,
                 *         "resources": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "cancelled",
                 *         "stepId": "fetch",
                 *         "stepName": "Fetch the order",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "step.cancelled"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "step.cancelled";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onStepCompleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempt": 1,
                 *         "completedAt": "2025-05-21T21:27:09.442Z",
                 *         "durationMs": 11231,
                 *         "error": null,
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "kind": "http",
                 *         "output": {
                 *           "status": 200
                 *         },
                 *         "resources": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "completed",
                 *         "stepId": "fetch",
                 *         "stepName": "Fetch the order",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "step.completed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "step.completed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onStepFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempt": 1,
                 *         "completedAt": "2025-05-21T21:27:09.442Z",
                 *         "durationMs": 11231,
                 *         "error": {
                 *           "code": "step_failed",
                 *           "message": "the far side answered 500",
                 *           "stepId": "fetch"
                 *         },
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "kind": "http",
                 *         "output": null,
                 *         "resources": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "failed",
                 *         "stepId": "fetch",
                 *         "stepName": "Fetch the order",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "step.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "step.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onStepRetrying: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempt": 1,
                 *         "completedAt": null,
                 *         "durationMs": null,
                 *         "error": {
                 *           "code": "step_failed",
                 *           "message": "the far side answered 500",
                 *           "stepId": "fetch"
                 *         },
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "kind": "http",
                 *         "nextAttemptAt": "2025-05-21T21:27:09.442Z",
                 *         "output": null,
                 *         "resources": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "waiting",
                 *         "stepId": "fetch",
                 *         "stepName": "Fetch the order",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "step.retrying"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D2RetryingData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "step.retrying";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onStepStarted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempt": 1,
                 *         "completedAt": null,
                 *         "durationMs": null,
                 *         "error": null,
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "kind": "http",
                 *         "output": null,
                 *         "resources": null,
                 *         "startedAt": "2025-05-21T21:26:58.211Z",
                 *         "status": "running",
                 *         "stepId": "fetch",
                 *         "stepName": "Fetch the order",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "step.started"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "step.started";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSynchronizationPointCompleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "completedTasks": [
                 *           "fetch",
                 *           "charge"
                 *         ],
                 *         "description": "",
                 *         "id": "sync-1",
                 *         "name": "All tasks completed",
                 *         "requiredTasks": [
                 *           "fetch",
                 *           "charge"
                 *         ],
                 *         "timeout": 60000,
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "synchronization.point.completed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V9Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "synchronization.point.completed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSynchronizationPointFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "completedTasks": [
                 *           "fetch"
                 *         ],
                 *         "description": "",
                 *         "id": "sync-1",
                 *         "name": "All tasks completed",
                 *         "reason": "charge failed",
                 *         "requiredTasks": [
                 *           "fetch",
                 *           "charge"
                 *         ],
                 *         "timeout": 60000,
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "synchronization.point.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V9FailedData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "synchronization.point.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSynchronizationPointReached: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "completedTasks": [
                 *           "fetch"
                 *         ],
                 *         "description": "",
                 *         "id": "sync-1",
                 *         "name": "All tasks completed",
                 *         "requiredTasks": [
                 *           "fetch",
                 *           "charge"
                 *         ],
                 *         "timeout": 60000,
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "synchronization.point.reached"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V9Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "synchronization.point.reached";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSystemError: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "code": "quarantined",
                 *         "component": "server",
                 *         "details": {},
                 *         "message": "work was claimed five times without an outcome",
                 *         "occurredAt": "2025-05-21T21:26:58.211Z"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "system.error"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["SystemNoticeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "system.error";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSystemHealthDegraded: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "checks": {
                 *           "disk": {
                 *             "freeBytes": 1048576,
                 *             "ok": false
                 *           }
                 *         },
                 *         "since": "2025-05-21T21:26:58.211Z",
                 *         "status": "not_ready"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "system.health.degraded"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["HealthDegradedData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "system.health.degraded";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSystemHealthRestored: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "checks": {
                 *           "disk": {
                 *             "freeBytes": 10737418240,
                 *             "ok": true
                 *           }
                 *         },
                 *         "downtime_ms": 11231,
                 *         "since": "2025-05-21T21:26:58.211Z",
                 *         "status": "ok"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "system.health.restored"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["HealthRestoredData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "system.health.restored";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSystemInfo: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "code": "started",
                 *         "component": "server",
                 *         "details": {},
                 *         "message": "the instance has started",
                 *         "occurredAt": "2025-05-21T21:26:58.211Z"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "system.info"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["SystemNoticeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "system.info";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSystemWarning: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "code": "disk",
                 *         "component": "server",
                 *         "details": {},
                 *         "message": "less than a tenth of the disk is free",
                 *         "occurredAt": "2025-05-21T21:26:58.211Z"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "system.warning"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["SystemNoticeData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "system.warning";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskExecuted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "duration_ms": 11231,
                 *         "error": null,
                 *         "event_id": null,
                 *         "executed_at": "2025-05-21T21:27:09.442Z",
                 *         "execution_id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "kind": "schedule",
                 *         "scheduled_for": "2025-05-21T21:26:58.211Z",
                 *         "task_id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "task_name": "nightly",
                 *         "workflow_id": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "task.executed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V11Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "task.executed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskExecutionCancelled: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempts": 1,
                 *         "endTime": "2025-05-21T21:27:09.442Z",
                 *         "error": null,
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "resources": null,
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "CANCELLED",
                 *         "taskDefinitionId": "fetch",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "task.execution.cancelled"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V4Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "task.execution.cancelled";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskExecutionCompleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempts": 1,
                 *         "endTime": "2025-05-21T21:27:09.442Z",
                 *         "error": null,
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "resources": null,
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "COMPLETED",
                 *         "taskDefinitionId": "fetch",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "task.execution.completed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V4Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "task.execution.completed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskExecutionFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempts": 1,
                 *         "endTime": "2025-05-21T21:27:09.442Z",
                 *         "error": {
                 *           "code": "step_failed",
                 *           "message": "the far side answered 500",
                 *           "stepId": "fetch"
                 *         },
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "resources": null,
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "FAILED",
                 *         "taskDefinitionId": "fetch",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "task.execution.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V4Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "task.execution.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskExecutionStarted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "attempts": 1,
                 *         "endTime": null,
                 *         "error": null,
                 *         "id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "resources": null,
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "RUNNING",
                 *         "taskDefinitionId": "fetch",
                 *         "workflowExecutionId": "0196f4be-1111-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "task.execution.started"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V4Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "task.execution.started";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "duration_ms": 11231,
                 *         "error": {
                 *           "code": "step_failed",
                 *           "message": "the far side answered 500"
                 *         },
                 *         "event_id": null,
                 *         "executed_at": "2025-05-21T21:27:09.442Z",
                 *         "execution_id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "kind": "schedule",
                 *         "scheduled_for": "2025-05-21T21:26:58.211Z",
                 *         "task_id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "task_name": "nightly",
                 *         "workflow_id": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "task.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V11Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "task.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskScheduled: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "duration_ms": null,
                 *         "error": null,
                 *         "event_id": null,
                 *         "executed_at": null,
                 *         "execution_id": null,
                 *         "kind": "schedule",
                 *         "scheduled_for": "2025-05-21T21:26:58.211Z",
                 *         "task_id": "0196f4be-8888-7abc-8def-0123456789ab",
                 *         "task_name": "nightly",
                 *         "workflow_id": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "task.scheduled"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V11Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "task.scheduled";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "error": "the signature is wrong",
                 *         "errorCode": "bad_signature",
                 *         "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "webhookId": "0196f4be-4444-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "webhook.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["WebhookFailedData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "webhook.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookFiltered: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "reason": "no group passed",
                 *         "webhookId": "0196f4be-4444-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "webhook.filtered"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["WebhookFilteredData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "webhook.filtered";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookProcessed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "at": "2025-05-21T21:27:09.442Z",
                 *         "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "processingTimeMs": 12,
                 *         "webhookId": "0196f4be-4444-7abc-8def-0123456789ab",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "webhook.processed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["WebhookProcessedData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "webhook.processed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookReceived: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "body": {
                 *           "order": "ord_1"
                 *         },
                 *         "contentType": "application/json",
                 *         "headers": {
                 *           "content-type": "application/json"
                 *         },
                 *         "method": "POST",
                 *         "path": "orders",
                 *         "query": "",
                 *         "receivedAt": "2025-05-21T21:26:58.211Z",
                 *         "webhookId": "0196f4be-4444-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "webhook.received"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["D3Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "webhook.received";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowCompleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "completed_at": "2025-05-21T21:27:09.442Z",
                 *         "duration_ms": 11231,
                 *         "error": null,
                 *         "execution_id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "started_at": "2025-05-21T21:26:58.211Z",
                 *         "status": "completed",
                 *         "workflow_id": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflow_name": "Order intake"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.completed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V3Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.completed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowDefinitionCreated: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "createdAt": "2025-05-21T21:26:58.211Z",
                 *         "description": "Takes an order in",
                 *         "id": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "name": "Order intake",
                 *         "synchronizationPoints": [],
                 *         "tasks": [
                 *           {
                 *             "dependencies": [],
                 *             "id": "fetch",
                 *             "name": "Fetch the order"
                 *           }
                 *         ],
                 *         "updatedAt": "2025-05-21T21:26:58.211Z",
                 *         "version": "1.0.0"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.definition.created"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V1Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.definition.created";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowDefinitionDeleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "deletedAt": "2025-05-21T21:27:09.442Z",
                 *         "id": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "name": "Order intake",
                 *         "version": "1.0.0"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.definition.deleted"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["DefinitionDeletedData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.definition.deleted";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowDefinitionUpdated: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "createdAt": "2025-05-21T21:26:58.211Z",
                 *         "description": "Takes an order in",
                 *         "id": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "name": "Order intake",
                 *         "synchronizationPoints": [],
                 *         "tasks": [
                 *           {
                 *             "dependencies": [],
                 *             "id": "fetch",
                 *             "name": "Fetch the order"
                 *           }
                 *         ],
                 *         "updatedAt": "2025-05-21T21:26:58.211Z",
                 *         "version": "1.0.0"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.definition.updated"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V1Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.definition.updated";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowExecutionCancelled: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "endTime": "2025-05-21T21:27:09.442Z",
                 *         "id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "CANCELLED",
                 *         "workflowDefinitionId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.execution.cancelled"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.execution.cancelled";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowExecutionCompleted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "endTime": "2025-05-21T21:27:09.442Z",
                 *         "id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "COMPLETED",
                 *         "workflowDefinitionId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.execution.completed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.execution.completed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowExecutionFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "endTime": "2025-05-21T21:27:09.442Z",
                 *         "error": {
                 *           "code": "step_failed",
                 *           "message": "the far side answered 500",
                 *           "stepId": "fetch"
                 *         },
                 *         "id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "FAILED",
                 *         "workflowDefinitionId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.execution.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.execution.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowExecutionStarted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "endTime": null,
                 *         "id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "startTime": "2025-05-21T21:26:58.211Z",
                 *         "status": "RUNNING",
                 *         "workflowDefinitionId": "0196f4be-2222-7abc-8def-0123456789ab"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.execution.started"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V2Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.execution.started";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowFailed: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "completed_at": "2025-05-21T21:27:09.442Z",
                 *         "duration_ms": 11231,
                 *         "error": {
                 *           "code": "step_failed",
                 *           "message": "the far side answered 500",
                 *           "step_id": "fetch"
                 *         },
                 *         "execution_id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "started_at": "2025-05-21T21:26:58.211Z",
                 *         "status": "failed",
                 *         "workflow_id": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflow_name": "Order intake"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.failed"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V3Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.failed";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowStarted: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "completed_at": null,
                 *         "duration_ms": null,
                 *         "error": null,
                 *         "execution_id": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "started_at": "2025-05-21T21:26:58.211Z",
                 *         "status": "running",
                 *         "workflow_id": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflow_name": "Order intake"
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.started"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["V3Data"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.started";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWorkflowTriggered: {
        parameters: {
            query?: never;
            header: {
                "webhook-id": string;
                "webhook-signature": string;
                "webhook-timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
                 *         "executionId": "0196f4be-1111-7abc-8def-0123456789ab",
                 *         "priority": 1,
                 *         "triggerId": "trigger",
                 *         "triggerType": "webhook",
                 *         "triggeredAt": "2025-05-21T21:26:58.211Z",
                 *         "webhookId": "0196f4be-4444-7abc-8def-0123456789ab",
                 *         "workflowId": "0196f4be-2222-7abc-8def-0123456789ab",
                 *         "workflowName": "Order intake",
                 *         "workflowVersion": 3
                 *       },
                 *       "timestamp": "2025-05-21T21:26:58.211Z",
                 *       "type": "workflow.triggered"
                 *     }
                 */
                "application/json": {
                    data: components["schemas"]["WorkflowTriggeredData"];
                    /** Format: date-time */
                    timestamp: string;
                    /** @constant */
                    type: "workflow.triggered";
                };
            };
        };
        responses: {
            /** @description Received; anything else is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
