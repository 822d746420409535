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
    "/api/v1/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Endpoints
         * @description The endpoints of the tenant, newest first; `q` looks in names and URLs. URLs are shown redacted.
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
         * @description Replace an endpoint; absent members get their defaults, secrets stay.
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
         * @description Change the members named.
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
         * @description Send again, also after hookspan disabled it; held deliveries are released or cancelled.
         */
        post: operations["resumeEndpoint"];
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
         * @description The secrets in clear.
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
         */
        get: operations["listEvents"];
        put?: never;
        /**
         * Publish Event
         * @description Publish one event; 202 once it is on disk with the deliveries and executions it causes.
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
         * @description One event in full; its content only with the scope payloads:read.
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
    "/api/v1/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Executions
         * @description Executions of the tenant, newest first, without their content.
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
        patch?: never;
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
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream
         * @description Frames of the asked topics; resumes after `Last-Event-ID`, and says `gap` when what was missed is gone.
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
         * @description A new secret; the old one holds for `overlapMs` more, 0 revokes it now.
         */
        post: operations["regenerateWebhookSecret"];
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
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Workflows
         * @description The workflows of the tenant, newest first.
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
         * @description One workflow with the graph of its newest version.
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
         * @description Start the newest version; 202 once the execution is on disk.
         */
        post: operations["runWorkflow"];
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
         * @description Every version, newest first.
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
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
         * @description All live keys of the tenant; there are at most a hundred, so one page holds them.
         */
        ApiKeyList: {
            /** Data */
            data: components["schemas"]["ApiKey"][];
            /**
             * Hasmore
             * @default false
             */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor?: string | null;
            /** Prevcursor */
            prevCursor?: string | null;
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
         * @description Milliseconds of each phase; null where it did not happen.
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
        /** Body */
        Body: components["schemas"]["RetryInput"] | null;
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
        /**
         * DeliveryList
         * @description One page of deliveries.
         */
        DeliveryList: {
            /** Data */
            data: components["schemas"]["DeliverySummary"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
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
            /** Createdat */
            createdAt: string;
            /**
             * Createdby
             * @enum {string}
             */
            createdBy: "native" | "orchestrator" | "cli" | "library";
            /** Events */
            events: string[];
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
            /**
             * Profile
             * @enum {string}
             */
            profile: "standard" | "orchestrator" | "systemprompt";
            retry: components["schemas"]["RetryPolicyShape"];
            signing: components["schemas"]["Signing"];
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
         * EndpointInput
         * @description A whole endpoint; what is absent gets its default.
         */
        EndpointInput: {
            /** Events */
            events: string[];
            /**
             * Maxinflight
             * @default 10
             */
            maxInFlight: number;
            /** Metadata */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Method
             * @default POST
             * @enum {string}
             */
            method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
            /**
             * Name
             * @default
             */
            name: string;
            /**
             * Profile
             * @default standard
             * @enum {string}
             */
            profile: "standard" | "orchestrator" | "systemprompt";
            /** Retry */
            retry?: {
                [key: string]: unknown;
            } | null;
            signing?: components["schemas"]["SigningInput"] | null;
            /** Timeoutms */
            timeoutMs?: number | null;
            /**
             * Unsafenumbers
             * @default exact
             * @enum {string}
             */
            unsafeNumbers: "exact" | "string" | "round";
            /** Url */
            url: string;
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
        };
        /**
         * EndpointPatch
         * @description Members to change: absent = unchanged, null = its default (RFC 7396).
         */
        EndpointPatch: {
            /** Events */
            events?: string[] | null;
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
            /** Profile */
            profile?: ("standard" | "orchestrator" | "systemprompt") | null;
            /** Retry */
            retry?: {
                [key: string]: unknown;
            } | null;
            signing?: components["schemas"]["SigningInput"] | null;
            /** Timeoutms */
            timeoutMs?: number | null;
            /** Unsafenumbers */
            unsafeNumbers?: ("exact" | "string" | "round") | null;
            /** Url */
            url?: string | null;
        };
        /**
         * EndpointSecrets
         * @description The live secrets in clear.
         */
        EndpointSecrets: {
            /** Legacysecret */
            legacySecret: string | null;
            /** Secret */
            secret: string;
        };
        /**
         * Event
         * @description An event in full; `data` is null and `dataBase64` set when it is not JSON, both null without payloads:read.
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
            /** Executionid */
            executionId: string | null;
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
            atomic: boolean;
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
            priority: number;
            /** Subject */
            subject?: string | null;
            /** Type */
            type: string;
        };
        /**
         * EventList
         * @description One page of events.
         */
        EventList: {
            /** Data */
            data: components["schemas"]["EventSummary"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
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
            /** Webhookid */
            webhookId: string | null;
            /** Workflowid */
            workflowId: string | null;
        };
        /**
         * Execution
         * @description One run of a workflow; `steps` with `expand=steps`. Content is null without the scope payloads:read.
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
         * ExecutionError
         * @description Why an execution or a step failed.
         */
        ExecutionError: {
            /** Code */
            code: string;
            /** Message */
            message: string;
            /** Stepid */
            stepId?: string | null;
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
        };
        /**
         * ExecutionStep
         * @description One step of a run; input and output are null without the scope payloads:read.
         */
        ExecutionStep: {
            /** Attempt */
            attempt: number;
            /** Completedat */
            completedAt: string | null;
            /** Durationms */
            durationMs: number | null;
            error: components["schemas"]["ExecutionError"] | null;
            /** Id */
            id: string;
            /** Input */
            input: unknown;
            /**
             * Kind
             * @enum {string}
             */
            kind: "pass" | "transform" | "http" | "wait" | "emit";
            /** Name */
            name: string;
            /** Nextattemptat */
            nextAttemptAt: string | null;
            /** Output */
            output: unknown;
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
        };
        /**
         * ExecutionSummary
         * @description One run of a workflow, in a list.
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
        Fault: {
            code: string;
            detail: string;
            pointer: string;
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
         * @description The person, with roles as seed 001 spells them.
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
         * OrchestratorWebhook
         * @description An endpoint as seed 002 prints it; `secret` is clear only where this request set it.
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
            active: boolean;
            /** Events */
            events?: string[];
            /** Secret */
            secret?: string | null;
            /**
             * Url
             * @default
             */
            url: string;
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
         * PreviousSecret
         * @description A secret that still holds until it expires.
         */
        PreviousSecret: {
            /** Expiresat */
            expiresAt: string | null;
            /** Hint */
            hint: string;
        };
        /** @description RFC 9457; the doors of seed 002 add `error` and `details` */
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
         * @description The event is on disk, with all the work it causes.
         */
        PublishedEvent: {
            /** Createdat */
            createdAt: string;
            /** Deliveries */
            deliveries: number;
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
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            };
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
         * @description A secret of the provider's, and for how long the old one holds beside it.
         */
        RegenerateInput: {
            /**
             * Overlapms
             * @default 86400000
             */
            overlapMs: number;
            /** Secret */
            secret?: string | null;
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
            held: "release" | "cancel";
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
         * RetryInput
         * @description `force` sends again what was delivered already.
         */
        RetryInput: {
            /**
             * Force
             * @default false
             */
            force: boolean;
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
         * RunInput
         * @description What the run reads as `trigger.body`.
         */
        RunInput: {
            /** Input */
            input?: unknown;
        };
        /**
         * SeedHealth
         * @description Health as seed 001 has it.
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
            /** Haslegacysecret */
            hasLegacySecret: boolean;
            /** Secrethint */
            secretHint: string;
        };
        /**
         * SigningInput
         * @description Secrets to sign with; `secret` is generated when absent, `legacySecret` null removes it.
         */
        SigningInput: {
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
            /** Queues */
            queues: components["schemas"]["StatsQueue"][];
            /** Series */
            series: components["schemas"]["StatsStep"][];
            /** To */
            to: string;
            totals: components["schemas"]["StatsTotals"];
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
         * @description Counts of the window; tries and ends count where their delivery or execution was born in it.
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
            /** Contenttypes */
            contentTypes: string[] | null;
            /** Createdat */
            createdAt: string;
            dedupe: components["schemas"]["WebhookDedupe"];
            /** Description */
            description: string;
            /** Enabled */
            enabled: boolean;
            /** Enrichment */
            enrichment: {
                [key: string]: unknown;
            };
            errorRate: components["schemas"]["WebhookErrorRate"];
            /** Eventtypeprefix */
            eventTypePrefix: string | null;
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
            orderingKey: null;
            /** Path */
            path: string;
            /** Previoussecretexpiresat */
            previousSecretExpiresAt: string | null;
            /** Priority */
            priority: number;
            /** Provider */
            provider: string | null;
            /** Ratelimit */
            rateLimit: null;
            /** Registeredurl */
            registeredUrl: null;
            /** Requirejson */
            requireJson: boolean;
            response: components["schemas"]["WebhookOwnAnswer"] | null;
            /** Retentiondays */
            retentionDays: null;
            /** Secrethint */
            secretHint: string | null;
            /** Split */
            split: null;
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
            authType: "none" | "signature" | "basic" | "api_key";
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
            description: string;
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /** Enrichment */
            enrichment?: unknown;
            /** Eventtypeprefix */
            eventTypePrefix?: string | null;
            /**
             * Maxbodybytes
             * @default 1048576
             */
            maxBodyBytes: number;
            /** Methods */
            methods?: string[] | null;
            /** Name */
            name: string;
            /** Nodeid */
            nodeId?: string | null;
            /** Orderingkey */
            orderingKey?: unknown;
            /** Path */
            path?: string | null;
            /**
             * Priority
             * @default 1
             */
            priority: number;
            /** Provider */
            provider?: string | null;
            /** Ratelimit */
            rateLimit?: unknown;
            /** Registeredurl */
            registeredUrl?: unknown;
            /**
             * Requirejson
             * @default false
             */
            requireJson: boolean;
            /** Response */
            response?: {
                [key: string]: unknown;
            } | null;
            /** Retentiondays */
            retentionDays?: unknown;
            /** Secret */
            secret?: string | null;
            /** Split */
            split?: unknown;
            /**
             * Status
             * @default active
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
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
            authType: "none" | "signature" | "basic" | "api_key";
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
            description: string;
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /** Enrichment */
            enrichment?: unknown;
            /** Eventtypeprefix */
            eventTypePrefix?: string | null;
            /**
             * Maxbodybytes
             * @default 1048576
             */
            maxBodyBytes: number;
            /** Methods */
            methods?: string[] | null;
            /**
             * Name
             * @default
             */
            name: string;
            /** Nodeid */
            nodeId?: string | null;
            /** Orderingkey */
            orderingKey?: unknown;
            /** Path */
            path?: string | null;
            /**
             * Priority
             * @default 1
             */
            priority: number;
            /** Provider */
            provider?: string | null;
            /** Ratelimit */
            rateLimit?: unknown;
            /** Registeredurl */
            registeredUrl?: unknown;
            /**
             * Requirejson
             * @default false
             */
            requireJson: boolean;
            /** Response */
            response?: {
                [key: string]: unknown;
            } | null;
            /** Retentiondays */
            retentionDays?: unknown;
            /** Secret */
            secret?: string | null;
            /** Split */
            split?: unknown;
            /**
             * Status
             * @default active
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** Verification */
            verification?: {
                [key: string]: unknown;
            } | null;
            /** Workflowid */
            workflowId?: string | null;
        };
        /**
         * WebhookSecret
         * @description A fresh secret, in clear.
         */
        WebhookSecret: {
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
            previous: components["schemas"]["PreviousSecret"][];
            /** Secret */
            secret: string | null;
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
         * WebhookTestResult
         * @description How the address answered; `headers` and `body` need the scope endpoints:test_body.
         */
        WebhookTestResult: {
            /**
             * Body
             * @default
             */
            body: string;
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
         * @description A workflow with the graph of its newest version.
         */
        Workflow: {
            /** Createdat */
            createdAt: string;
            /** Description */
            description: string;
            /** Id */
            id: string;
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
            steps: {
                [key: string]: unknown;
            }[];
            /** Triggers */
            triggers: {
                [key: string]: unknown;
            }[];
            /** Updatedat */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * WorkflowInput
         * @description A whole workflow; what is absent gets its default.
         */
        WorkflowInput: {
            /**
             * Description
             * @default
             */
            description: string;
            /** Name */
            name: string;
            /**
             * Priority
             * @default 1
             */
            priority: number;
            /**
             * Status
             * @default active
             * @enum {string}
             */
            status: "draft" | "active" | "inactive" | "archived";
            /** Steps */
            steps: {
                [key: string]: unknown;
            }[];
            /** Triggers */
            triggers?: {
                [key: string]: unknown;
            }[];
        };
        /**
         * WorkflowList
         * @description One page of workflows.
         */
        WorkflowList: {
            /** Data */
            data: components["schemas"]["Workflow"][];
            /** Hasmore */
            hasMore: boolean;
            /** Nextcursor */
            nextCursor: string | null;
            /** Prevcursor */
            prevCursor: string | null;
        };
        /**
         * WorkflowVersion
         * @description One version; it never changes.
         */
        WorkflowVersion: {
            /** Createdat */
            createdAt: string;
            /** Priority */
            priority: number;
            /** Steps */
            steps: {
                [key: string]: unknown;
            }[];
            /** Triggers */
            triggers: {
                [key: string]: unknown;
            }[];
            /** Version */
            version: number;
            /** Workflowid */
            workflowId: string;
        };
        /**
         * WorkflowVersionList
         * @description All versions, newest first.
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
        };
        /**
         * WrittenEndpoint
         * @description An endpoint after a write, with the secrets that write set.
         */
        WrittenEndpoint: {
            /** Createdat */
            createdAt: string;
            /**
             * Createdby
             * @enum {string}
             */
            createdBy: "native" | "orchestrator" | "cli" | "library";
            /** Events */
            events: string[];
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
            /**
             * Profile
             * @enum {string}
             */
            profile: "standard" | "orchestrator" | "systemprompt";
            retry: components["schemas"]["RetryPolicyShape"];
            signing: components["schemas"]["SigningSecrets"];
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
            /** Enrichment */
            enrichment: {
                [key: string]: unknown;
            };
            errorRate: components["schemas"]["WebhookErrorRate"];
            /** Eventtypeprefix */
            eventTypePrefix: string | null;
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
            orderingKey: null;
            /** Path */
            path: string;
            /** Previoussecretexpiresat */
            previousSecretExpiresAt: string | null;
            /** Priority */
            priority: number;
            /** Provider */
            provider: string | null;
            /** Ratelimit */
            rateLimit: null;
            /** Registeredurl */
            registeredUrl: null;
            /** Requirejson */
            requireJson: boolean;
            response: components["schemas"]["WebhookOwnAnswer"] | null;
            /** Retentiondays */
            retentionDays: null;
            /** Secret */
            secret?: string;
            /** Secrethint */
            secretHint: string | null;
            /** Split */
            split: null;
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
    listDeliveries: {
        parameters: {
            query?: {
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                from?: string | null;
                limit?: number;
                priority?: number | null;
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
            query?: never;
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
    cancelDelivery: {
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
            header?: never;
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
    listEndpoints: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                profile?: ("standard" | "orchestrator" | "systemprompt")[] | null;
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
            header?: never;
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
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                from?: string | null;
                limit?: number;
                priority?: number | null;
                sort?: "-createdAt" | "createdAt";
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
    resumeEndpoint: {
        parameters: {
            query?: never;
            header?: never;
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
    listEvents: {
        parameters: {
            query?: {
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                deliveryStatus?: ("pending" | "sending" | "held" | "delivered" | "exhausted" | "cancelled")[];
                endpointId?: string[];
                eventType?: string[];
                executionId?: string[];
                from?: string | null;
                limit?: number;
                orderingKey?: string | null;
                origin?: ("webhook" | "api" | "library" | "cli" | "workflow" | "replay" | "system")[];
                priority?: number | null;
                sort?: "-createdAt" | "createdAt";
                status?: string[];
                subject?: string | null;
                test?: boolean | null;
                to?: string | null;
                type?: string[];
                webhookId?: string[];
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
    listEventDeliveries: {
        parameters: {
            query?: {
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                endpointId?: string[];
                eventId?: string[];
                eventType?: string[];
                from?: string | null;
                limit?: number;
                priority?: number | null;
                sort?: "-createdAt" | "createdAt";
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
    publishEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
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
    listExecutions: {
        parameters: {
            query?: {
                "createdAt[gte]"?: string | null;
                "createdAt[lt]"?: string | null;
                cursor?: string | null;
                from?: string | null;
                limit?: number;
                sort?: "-createdAt" | "createdAt";
                status?: ("pending" | "running" | "waiting" | "completed" | "failed" | "cancelled")[];
                to?: string | null;
                triggerEventId?: string | null;
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
    cancelExecution: {
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
    listExecutionSteps: {
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
    listKeys: {
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
            header?: never;
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
    stream: {
        parameters: {
            query?: {
                topics?: string;
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
    listWebhooks: {
        parameters: {
            query?: {
                authType?: ("none" | "signature" | "basic" | "api_key") | null;
                enabled?: boolean | null;
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
            header?: never;
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
    regenerateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
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
    listWorkflows: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowInput"];
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
            query?: never;
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
            header?: never;
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
    runWorkflow: {
        parameters: {
            query?: never;
            header?: never;
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
    listWorkflowVersions: {
        parameters: {
            query?: never;
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
    validateWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowInput"];
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
}
