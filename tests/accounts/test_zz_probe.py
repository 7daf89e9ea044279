import re
from tests.factories import *
def link(letter): return re.search(r"https?://\S+", letter["text"])[0].removeprefix("http://localhost")
def test_walk(client, outbox):
    r=client.get("/accounts/register"); assert r.status_code==200
    d=dict(name="川沿い",email="a@example.jp",password="correct horse 電池 staple",consent="y")
    r=client.post("/accounts/register",data=d); assert r.status_code==303, r.text
    assert client.get(r.location).status_code==200
    l=outbox()[-1]; print(l["subject"]); print(l["text"])
    p=link(l)
    assert client.get(p).status_code==200
    r=client.post(p); assert (r.status_code, r.location)==(303,"/accounts/me")
    assert client.get(p).status_code==200
    for u in ("settings","reset","confirm","confirm/x","reset/x","invite/x","people","reset/sent","suspended"):
        print(u, client.get("/accounts/"+u).status_code)
    r=client.post("/accounts/logout"); assert r.status_code==303
    r=client.post("/accounts/login",data=d); assert r.status_code==303 and r.location=="/accounts/me"
