import { describe, expect, test } from "vitest"
import { call } from "../testing/requests"
import { requestSource } from "./request-context"
import { route } from "./route"

const anyone = (work: (request: Request) => Response | Promise<Response>) =>
  route({ caller: "anyone" }, ({ request }) => work(request))

describe("a handler's answer", () => {
  test("may be one whose headers cannot be changed, such as a redirect or what fetch() returned", async () => {
    const answer = await call(anyone(() => Response.redirect("http://localhost:3000/elsewhere", 303)))
    expect(answer.status).toBe(303)
    expect(answer.headers.get("location")).toBe("http://localhost:3000/elsewhere")
    expect(answer.headers.get("cache-control")).toBe("private, no-store")
  })

  test("carries the id under which the request is recorded", async () => {
    const answer = await call(
      anyone((request) => Response.json({ id: requestSource(request.headers).requestId })),
    )
    expect(answer.headers.get("x-request-id")).toBe(answer.body.id)
  })

  test("never has an id that the client chose while no proxy is trusted", async () => {
    const chosen = "chosen-by-the-client"
    const answer = await call(
      anyone(() => Response.json({})),
      { headers: { "x-request-id": chosen } },
    )
    expect(answer.headers.get("x-request-id")).not.toBe(chosen)
  })

  test("says nothing of an error that nobody expected", async () => {
    const answer = await call(
      anyone(() => {
        throw new Error("SELECT secret FROM users")
      }),
    )
    expect(answer.body).toEqual({
      type: "http://localhost:3000/docs/errors#internal",
      title: "Something went wrong",
      status: 500,
      detail: "Something went wrong on our side.",
      code: "internal",
      request_id: answer.headers.get("x-request-id"),
    })
  })
})
