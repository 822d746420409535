import time, asyncio
from tests.support.instance import running
from tests.support.raw_http import *
async def test_probe(tmp_path):
    t=time.time()
    async with running(tmp_path) as it:
        print("start", time.time()-t)
        src=await it.source(auth_type="none")
        path="/api/v1/webhooks/"+src.source.path
        A=f"Authorization: Bearer {it.token}"; J="Content-Type: application/json"
        async def show(n, b):
            t=time.time()
            try: r=await it.ask(b)
            except TimeoutError: r=b"<TIMEOUT>"
            print("%-22s %.2f %r"%(n,time.time()-t,(r[:60], r.count(b"HTTP/1.1"), r[-60:])))
        C="Connection: close"
        await show("hot", post(path,b'{"a":1}',C))
        await show("pub", post("/api/v1/events",b'{"type":"a.b"}',C,A,J))
        await show("pub noauth", post("/api/v1/events",b'{"type":"a.b"}',C,J))
        await show("livez", get("/livez",C))
        await show("livez10", get("/livez",version="1.0"))
        await show("head", get("/livez",C,method="HEAD"))
        await show("head hot", get(path,C,method="HEAD"))
        await show("upg get", get("/livez","Connection: Upgrade, HTTP2-Settings","Upgrade: h2c","HTTP2-Settings: AAMAAABkAAQAAP__"))
        await show("upg post", post(path,b'{"a":1}',"Connection: Upgrade, HTTP2-Settings","Upgrade: h2c","HTTP2-Settings: AAMAAABkAAQAAP__"))
        await show("upg pub", post("/api/v1/endpoints",b'{"a":1}',A,J,"Connection: Upgrade, HTTP2-Settings","Upgrade: h2c"))
        await show("trailer", chunked(path,b'{"a":1}',fields=(C,),trailers=("X-Evil: 1",)))
        await show("two pipelined", post(path,b'1')+post(path,b'2'))
        await show("app then hot", get("/livez")+post(path,b'2'))
        await show("extra bytes", post(path,b'1')+b'\0\0\0garbage')
        await show("//", get("//livez",C))
        await show("413 app", post("/api/v1/endpoints",b'{'+b' '*1_200_000,A,J))
        await show("413 app close", post("/api/v1/endpoints",b'{'+b' '*1_200_000,A,J,C))
        await show("413 hot", post(path,b'{'+b' '*1_060_000))
